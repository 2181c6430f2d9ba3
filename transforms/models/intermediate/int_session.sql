with attendance as (
    select * from {{ ref('int_attendance') }}
),

final as (
    select
        partner_id,
        programme_id,
        event_id,
        module_id,
        session_date,
        session_number,
        max(hours) as hours,
        min(province_of_training) as province_of_training
    from attendance
    group by partner_id, programme_id, event_id, module_id, session_date, session_number
)

select * from final
