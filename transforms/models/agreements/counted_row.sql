{%- set dimensions = figure_dimensions() -%}

with trainings as (
    select * from {{ ref('counted_training') }}
),

windows as (
    select * from {{ ref('agreement_window') }}
),

rule as (
    select * from {{ ref('agreement_rule') }}
),

attendance as (
    select * from {{ ref('counted_attendance') }}
),

-- A person counts where their first training met since the beginning of the span falls into the window.
first_of_span as (
    select
        windows.window_number,
        trainings.officer_number,
        min(trainings.held_on) as met_on
    from trainings
    cross join windows
    cross join rule
    where
        trainings.is_met
        and trainings.held_on <= windows.ends_on
        and {{ within_span('trainings', 'windows') }}
    group by windows.window_number, trainings.officer_number
),

first_ever as (
    select
        officer_number,
        min(held_on) as met_on
    from trainings
    where is_met
    group by officer_number
),

within as (
    select
        trainings.*,
        windows.window_number,
        windows.starts_on,
        coalesce(trainings.held_on between windows.starts_on and windows.ends_on, false) as is_held_within,
        coalesce(
            trainings.first_attended_on >= windows.starts_on and trainings.last_attended_on <= windows.ends_on, false
        ) as is_attended_within
    from trainings
    inner join windows
        on
            trainings.held_on between windows.starts_on and windows.ends_on
            or (
                trainings.first_attended_on <= windows.ends_on
                and trainings.last_attended_on >= windows.starts_on
            )
),

final as (
    select
        within.window_number,
        within.officer_number,
        within.event_number,
        case when within.sex = 'female' then 1 else 0 end as is_female,
        case when within.sex = 'male' then 1 else 0 end as is_male,
        {% for dimension in dimensions %}
            within.{{ dimension }}_place,
        {% endfor %}
        case when within.is_attended_within or attendance.sessions > 0 then 1 else 0 end as was_reached,
        case
            when within.is_held_within and within.sessions_unknown > 0 and rule.unknown_attendance = 'undecided' then 1
            else 0
        end as was_perhaps_reached,
        case when within.is_held_within and within.is_met then 1 else 0 end as was_met,
        case when within.is_held_within and within.is_met is null then 1 else 0 end as was_undecided,
        case when within.is_held_within and not within.is_met then 1 else 0 end as was_not_met,
        case when first_of_span.met_on < within.starts_on then 0 else 1 end as is_first_of_span,
        case when first_ever.met_on < within.starts_on then 0 else 1 end as is_first_ever,
        case when within.is_attended_within then within.hours_attended else attendance.hours end as hours,
        case when within.is_held_within then within.pre_percent end as pre_percent,
        case when within.is_held_within then within.post_percent end as post_percent
    from within
    cross join rule
    left join attendance
        on
            within.window_number = attendance.window_number
            and within.officer_number = attendance.officer_number
            and within.event_number = attendance.event_number
            and within.module_id = attendance.module_id
    left join first_of_span
        on
            within.window_number = first_of_span.window_number
            and within.officer_number = first_of_span.officer_number
    left join first_ever on within.officer_number = first_ever.officer_number
)

select * from final
