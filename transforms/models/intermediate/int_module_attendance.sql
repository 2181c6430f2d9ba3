{%- set training_key = 'officer_number, event_number, module_id' -%}
{%- set told_key = 'delivery_id, partner_id, person_ref, programme_id, event_id, module_id' -%}
{%- set described = ['category', 'sex', 'rank_code', 'unit_code', 'province_of_duty', 'province_of_training'] -%}

with attendance as (
    select * from {{ ref('int_attendance_unrepeated') }}
),

described_values as (
    select * from {{ ref('int_described_value') }}
),

-- What a person was rarely changes within one module, so this step shrinks millions of sessions to few rows. They are
-- grouped as they were sent, which is faster than looking something up for each.
per_description as (
    select
        {{ told_key }},
        {{ described | join(', ') }},
        max(session_date) as last_on,
        min(session_date) as first_on,
        count(case when status = 'present' then 1 end) as sessions_attended,
        count(case when status = 'absent' then 1 end) as sessions_absent,
        sum(case when status = 'present' then hours end) as hours_attended,
        sum(case when status = 'absent' then hours end) as hours_absent,
        min(case when status = 'present' then session_date end) as first_attended_on,
        max(case when status = 'present' then session_date end) as last_attended_on
    from attendance
    group by {{ told_key }}, {{ described | join(', ') }}
),

numbered as (
    select
        officers.officer_number,
        events.event_number,
        coalesce({{ resolved_module('per_description', 'events') }}, 'unspecified') as module_id,
        {% for column in described %}
            {{ column }}_values.value_number as {{ column }}_number,
        {% endfor %}
        per_description.last_on,
        per_description.first_on,
        per_description.sessions_attended,
        per_description.sessions_absent,
        per_description.hours_attended,
        per_description.hours_absent,
        per_description.first_attended_on,
        per_description.last_attended_on
    from per_description
    {{ join_resolved('per_description') }}
    {{ join_values('per_description', described, by_number=false) }}
),

final as (
    select
        {{ training_key }},
        {% for column in described %}
            max({{ dated(column ~ '_number', 'last_on') }}) as dated_{{ column | replace('_code', '') }},
        {% endfor %}
        min(first_on) as first_on,
        max(last_on) as last_on,
        min(first_attended_on) as first_attended_on,
        max(last_attended_on) as last_attended_on,
        cast(sum(sessions_attended) as integer) as sessions_attended,
        cast(sum(sessions_absent) as integer) as sessions_absent,
        cast(sum(hours_attended) as decimal(10, 2)) as hours_attended,
        cast(sum(hours_absent) as decimal(10, 2)) as hours_absent
    from numbered
    group by {{ training_key }}
)

select * from final
