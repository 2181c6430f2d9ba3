{%- set cell = 'window_number, grouping_number, cell_number' -%}

with participants as (
    select * from {{ ref('programme_person') }}
    where took_part + was_completed + was_undecided > 0
),

groupings as (
    select * from {{ ref('agreement_grouping') }}
),

placed as (
    select
        participants.*,
        groupings.grouping_number,
        {{ cell_number('participants', 'groupings') }} as cell_number
    from participants
    cross join groupings
),

persons as (
    select
        {{ cell }},
        officer_number,
        max(took_part) as took_part,
        max(was_completed) as was_completed,
        max(was_undecided) as was_undecided,
        sum(case when took_part = 1 then modules end) as modules,
        sum(case when took_part = 1 then modules_met end) as modules_met,
        sum(case when took_part = 1 then modules_perhaps_met - modules_met end) as modules_undecided
    from placed
    group by {{ cell }}, officer_number
),

final as (
    select
        {{ cell }},
        count(case when took_part = 1 then 1 end) as participants,
        count(case when was_completed = 1 then 1 end) as completers,
        count(case when was_completed = 0 and was_undecided = 1 then 1 end) as completers_undecided,
        count(case when was_completed = 0 and was_undecided = 0 then 1 end) as not_completers,
        cast(sum(modules) as bigint) as modules,
        cast(sum(modules_met) as bigint) as modules_met,
        cast(sum(modules_undecided) as bigint) as modules_undecided
    from persons
    group by {{ cell }}
)

select * from final
