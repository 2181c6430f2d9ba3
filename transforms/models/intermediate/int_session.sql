{%- set told_key = 'delivery_id, partner_id, programme_id, event_id, module_id, session_date, session_number' -%}
{%- set session_key = 'event_number, module_id, session_date, session_number' -%}

with attendance as (
    select * from {{ ref('int_attendance_unrepeated') }}
),

-- Millions of rows are grouped as they were sent, which is faster than looking something up for each.
told as (
    select
        {{ told_key }},
        max(hours) as hours,
        min(province_of_training) as province_of_training
    from attendance
    group by {{ told_key }}
),

resolved as (
    select
        events.event_number,
        coalesce({{ resolved_module('told', 'events') }}, 'unspecified') as module_id,
        told.session_date,
        told.session_number,
        told.hours,
        told.province_of_training
    from told
    {{ join_resolved('told', with_officers=false) }}
),

final as (
    select
        {{ session_key }},
        max(hours) as hours,
        min(province_of_training) as province_of_training
    from resolved
    group by {{ session_key }}
)

select * from final
