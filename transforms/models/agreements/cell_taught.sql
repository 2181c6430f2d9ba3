{%- set cell = 'window_number, grouping_number, cell_number' -%}

-- Who was trained in an event on whose list a national trainer stands as a trainer.
with counted as (
    select
        *,
        {{ packed_flags('counted_row') }} as flags
    from {{ ref('counted_row') }} as counted_row
),

trainings as (
    select * from {{ ref('counted_training') }}
),

courses as (
    select * from {{ ref('counted_course') }}
    where is_met
),

listed as (
    select * from {{ ref('listed_trainer') }}
),

groupings as (
    select * from {{ ref('agreement_grouping') }}
),

taught as (
    select distinct trainings.event_number
    from listed
    inner join courses
        on
            listed.officer_key = courses.officer_key
            and listed.held_on > courses.held_on
    inner join trainings
        on
            listed.partner_id = trainings.partner_id
            and listed.programme_id = trainings.programme_id
            and listed.event_id = trainings.event_id
),

placed as (
    select
        counted.window_number,
        counted.officer_number,
        counted.flags,
        groupings.grouping_number,
        {{ cell_number('counted', 'groupings') }} as cell_number
    from counted
    inner join taught on counted.event_number = taught.event_number
    cross join groupings
),

persons as (
    select
        {{ cell }},
        officer_number,
        bit_or(flags) as flags
    from placed
    group by {{ cell }}, officer_number
),

final as (
    select
        {{ cell }},
        count(case when {{ flags_are('flags', ['was_met']) }} then 1 end) as persons_met,
        count(case when {{ flags_are('flags', ['was_undecided'], ['was_met']) }} then 1 end) as persons_undecided,
        count(case when {{ flags_are('flags', ['was_not_met'], ['was_met', 'was_undecided']) }} then 1 end)
            as persons_not_met
    from persons
    group by {{ cell }}
)

select * from final
