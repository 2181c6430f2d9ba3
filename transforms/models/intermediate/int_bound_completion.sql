{%- set session_key = 'threshold, person_number, event_number, module_id, session_date, session_number' -%}
{%- set training_key = 'threshold, person_number, event_number, module_id' -%}
{%- set described = ['category', 'sex', 'province_of_duty', 'province_of_training'] -%}

with attendance as (
    select * from {{ ref('int_attendance_candidate') }}
),

persons as (
    select * from {{ ref('int_bound_person') }}
),

deliveries as (
    select * from {{ ref('int_module_delivery') }}
),

events as (
    select * from {{ ref('int_event') }}
),

categories as (
    select * from {{ ref('person_categories') }}
),

-- A session of a person once, whoever is one person by this threshold: present before absent before unknown.
sessions as (
    select
        {{ session_key }},
        {% for column in described %}
            max({{ dated_text(column, 'session_date') }}) as dated_{{ column }},
        {% endfor %}
        max(case when attendance.status = 'present' then 1 else 0 end) as was_present,
        max(case when attendance.status = 'absent' then 1 else 0 end) as was_absent,
        max(attendance.hours) as hours
    from attendance
    inner join persons on attendance.person_ref = persons.person_ref
    group by {{ session_key }}
),

modules as (
    select
        {{ training_key }},
        {% for column in described %}
            {{ undated_text('max(dated_' ~ column ~ ')') }} as {{ column }},
        {% endfor %}
        sum(was_present) as sessions_attended,
        sum(case when was_present = 0 then was_absent else 0 end) as sessions_absent,
        sum(case when was_present = 1 then hours end) as hours_attended,
        sum(case when was_present = 0 and was_absent = 1 then hours end) as hours_absent,
        min(case when was_present = 1 then session_date end) as first_attended_on,
        max(case when was_present = 1 then session_date end) as last_attended_on
    from sessions
    group by {{ training_key }}
),

placed as (
    select
        modules.*,
        coalesce(modules.category, 'unknown') as known_category,
        events.partner_id,
        events.programme_id,
        events.event_id,
        events.province_of_training as province_of_event,
        deliveries.sessions_planned,
        deliveries.hours_planned,
        greatest(deliveries.sessions_planned - modules.sessions_attended - modules.sessions_absent, 0)
            as sessions_unknown,
        deliveries.last_session_on
    from modules
    inner join deliveries
        on
            modules.event_number = deliveries.event_number
            and modules.module_id = deliveries.module_id
    inner join events on modules.event_number = events.event_number
),

final as (
    select
        placed.threshold,
        placed.person_number,
        placed.partner_id,
        placed.programme_id,
        placed.event_id,
        placed.module_id,
        placed.known_category as category,
        coalesce(placed.sex, 'unknown') as sex,
        coalesce(placed.province_of_duty, 'unknown') as counted_province_of_duty,
        coalesce(placed.province_of_training, placed.province_of_event, 'unknown') as counted_province_of_training,
        coalesce(cast(extract(year from placed.last_session_on) as {{ dbt.type_string() }}), 'unknown') as period,
        categories.is_officer,
        placed.last_session_on as held_on,
        placed.first_attended_on,
        placed.last_attended_on,
        cast(placed.sessions_planned as integer) as sessions_planned,
        cast(placed.sessions_attended as integer) as sessions_attended,
        cast(placed.sessions_absent as integer) as sessions_absent,
        placed.hours_planned,
        cast(placed.hours_attended as decimal(10, 2)) as hours_attended,
        cast(placed.hours_absent as decimal(10, 2)) as hours_absent,
        {{ reached('placed') }} as was_reached,
        coalesce(
            {{ completed('placed.sessions_attended', 'placed.sessions_unknown', 'placed.sessions_planned') }}, false
        ) as was_trained
    from placed
    inner join categories on placed.known_category = categories.category
)

select * from final
