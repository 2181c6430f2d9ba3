{%- set cell = 'window_number, grouping_number, cell_number' -%}

with persons as (
    select * from {{ ref('cell_person') }}
),

counted as (
    select * from {{ ref('counted_row') }}
),

groupings as (
    select * from {{ ref('agreement_grouping') }}
),

distinct_persons as (
    select
        {% for count, (having, lacking) in counts_of_persons().items() %}
            count(case when {{ flags_are('flags', having, lacking) }} then 1 end) as {{ count }},
        {% endfor %}
        {{ cell }}
    from persons
    group by {{ cell }}
),

placed as (
    select
        counted.*,
        groupings.grouping_number,
        {{ cell_number('counted', 'groupings') }} as cell_number
    from counted
    cross join groupings
),

modules as (
    select
        {{ cell }},
        cast(sum(was_met) as bigint) as modules_met,
        cast(sum(was_undecided) as bigint) as modules_undecided,
        cast(sum(was_not_met) as bigint) as modules_not_met,
        count(case when was_reached = 1 and hours is null then 1 end) as modules_without_hours,
        cast(sum(hours) as decimal(18, 4)) as hours
    from placed
    group by {{ cell }}
),

final as (
    select
        distinct_persons.*,
        modules.modules_met,
        modules.modules_undecided,
        modules.modules_not_met,
        modules.modules_without_hours,
        modules.hours
    from distinct_persons
    inner join modules
        on {{ same_cell('distinct_persons', 'modules') }}
)

select * from final
