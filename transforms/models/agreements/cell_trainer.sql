{%- set cell = 'window_number, grouping_number, cell_number' -%}

with trainers as (
    select * from {{ ref('national_trainer') }}
),

groupings as (
    select * from {{ ref('agreement_grouping') }}
),


placed as (
    select
        trainers.*,
        groupings.grouping_number,
        {{ cell_number('trainers', 'groupings') }} as cell_number
    from trainers
    cross join groupings
),

persons as (
    select
        {{ cell }},
        officer_number,
        max(was_certified) as was_certified,
        max(was_undecided) as was_undecided,
        max(was_not_certified) as was_not_certified,
        max(is_certified) as is_certified,
        max(was_active) as was_active
    from placed
    group by {{ cell }}, officer_number
),

final as (
    select
        {{ cell }},
        count(case when was_certified = 1 then 1 end) as trainers_certified,
        count(case when was_certified = 0 and was_undecided = 1 then 1 end) as trainers_undecided,
        count(case when was_certified = 0 and was_undecided = 0 and was_not_certified = 1 then 1 end)
            as trainers_not_certified,
        count(case when was_active = 1 then 1 end) as trainers_active,
        count(case when is_certified = 1 and was_active = 0 then 1 end) as trainers_not_active
    from persons
    group by {{ cell }}
)

select * from final
