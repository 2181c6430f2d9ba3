{{ config(materialized="view") }}

with attendance as (
    select * from {{ ref('stg_attendance') }}
),

final as (
    select
        attendance.person_ref,
        officers.officer_key,
        officers.officer_number,
        events.event_number,
        attendance.partner_id,
        attendance.programme_id,
        attendance.event_id,
        coalesce({{ resolved_module('attendance', 'events') }}, 'unspecified') as module_id,
        attendance.session_date,
        attendance.session_number,
        attendance.status,
        attendance.hours,
        attendance.category,
        attendance.sex,
        attendance.rank_code,
        attendance.unit_code,
        attendance.province_of_duty,
        attendance.province_of_training,
        attendance.delivery_id,
        attendance.row_id
    from attendance
    {{ join_resolved('attendance') }}
)

select * from final
