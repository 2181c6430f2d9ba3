{%- set cell = 'window_number, grouping_number, cell_number' -%}

with counted as (
    select * from {{ ref('counted_row') }}
),

groupings as (
    select * from {{ ref('agreement_grouping') }}
),

placed as (
    select
        counted.*,
        groupings.grouping_number,
        {{ cell_number('counted', 'groupings') }} as cell_number
    from counted
    cross join groupings
),

trainings as (
    select
        {{ cell }},
        officer_number,
        max(sex) as sex,
        max(was_reached) as was_reached,
        max(was_perhaps_reached) as was_perhaps_reached,
        max(is_first_of_span) as is_first_of_span,
        max(is_first_ever) as is_first_ever,
        sum(was_met) as modules_met,
        sum(was_undecided) as modules_undecided,
        sum(was_not_met) as modules_not_met,
        sum(hours) as hours,
        sum(case when was_reached = 1 and hours is null then 1 else 0 end) as modules_without_hours,
        count(pre_percent) as results_before,
        count(post_percent) as results_after,
        count(post_percent - pre_percent) as results_matched,
        sum(post_percent - pre_percent) as gains
    from placed
    group by {{ cell }}, officer_number, event_number
),

final as (
    select
        {{ cell }},
        officer_number,
        max(sex) as sex,
        max(was_reached) as was_reached,
        max(was_perhaps_reached) as was_perhaps_reached,
        max(is_first_of_span) as is_first_of_span,
        max(is_first_ever) as is_first_ever,
        count(case when modules_met > 0 then 1 end) as trainings_met,
        count(case when modules_met = 0 and modules_undecided > 0 then 1 end) as trainings_undecided,
        count(case when modules_met = 0 and modules_undecided = 0 and modules_not_met > 0 then 1 end)
            as trainings_not_met,
        cast(sum(modules_met) as bigint) as modules_met,
        cast(sum(modules_undecided) as bigint) as modules_undecided,
        cast(sum(modules_not_met) as bigint) as modules_not_met,
        sum(hours) as hours,
        cast(sum(modules_without_hours) as bigint) as modules_without_hours,
        cast(sum(results_before) as bigint) as results_before,
        cast(sum(results_after) as bigint) as results_after,
        cast(sum(results_matched) as bigint) as results_matched,
        sum(gains) as gains
    from trainings
    group by {{ cell }}, officer_number
)

select * from final
