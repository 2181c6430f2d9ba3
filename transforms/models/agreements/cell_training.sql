{%- set cell = 'window_number, grouping_number, cell_number' -%}

with counted as (
    select
        *,
        {{ packed_flags('counted_row') }} as flags
    from {{ ref('counted_row') }} as counted_row
),

groupings as (
    select * from {{ ref('agreement_grouping') }}
),

placed as (
    select
        counted.window_number,
        counted.officer_number,
        counted.event_number,
        counted.flags,
        groupings.grouping_number,
        {{ cell_number('counted', 'groupings') }} as cell_number
    from counted
    cross join groupings
    where counted.was_met + counted.was_undecided + counted.was_not_met > 0
),

-- However many modules of an event a person completed, it is one training.
trainings as (
    select
        {{ cell }},
        officer_number,
        event_number,
        bit_or(flags) as flags
    from placed
    group by {{ cell }}, officer_number, event_number
),

final as (
    select
        {{ cell }},
        count(case when {{ flags_are('flags', ['was_met']) }} then 1 end) as trainings_met,
        count(case when {{ flags_are('flags', ['was_undecided'], ['was_met']) }} then 1 end) as trainings_undecided,
        count(case when {{ flags_are('flags', [], ['was_met', 'was_undecided']) }} then 1 end) as trainings_not_met
    from trainings
    group by {{ cell }}
)

select * from final
