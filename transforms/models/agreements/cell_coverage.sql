{%- set cell = 'window_number, grouping_number, cell_number' -%}

with counted as (
    select * from {{ ref('counted_row') }}
    where was_met + was_undecided > 0
),

groupings as (
    select * from {{ ref('agreement_grouping') }}
),

provinces as (
    select place
    from {{ ref('counted_value') }}
    where dimension = 'province_of_duty' and value <> 'unknown'
),

modules as (
    select places.place
    from {{ ref('counted_value') }} as places
    inner join {{ ref('agreement_module') }} as modules on places.value = modules.module_id
    where places.dimension = 'module_id'
),

placed as (
    select
        counted.window_number,
        counted.province_of_duty_place,
        counted.module_id_place,
        counted.was_met,
        groupings.grouping_number,
        {{ cell_number('counted', 'groupings') }} as cell_number
    from counted
    inner join provinces on counted.province_of_duty_place = provinces.place
    cross join groupings
),

pairs as (
    select
        {{ cell }},
        province_of_duty_place,
        module_id_place,
        max(was_met) as was_met
    from placed
    group by {{ cell }}, province_of_duty_place, module_id_place
),

final as (
    select
        {{ cell }},
        count(distinct case when pairs.was_met = 1 then pairs.province_of_duty_place end) as provinces_met,
        count(distinct pairs.province_of_duty_place) as provinces_perhaps_met,
        count(case when pairs.was_met = 1 and modules.place is not null then 1 end) as pairs_met,
        count(modules.place) as pairs_perhaps_met
    from pairs
    left join modules on pairs.module_id_place = modules.place
    group by {{ cell }}
)

select * from final
