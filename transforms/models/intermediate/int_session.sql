with attendance as (
    select * from {{ ref('int_attendance') }}
),

final as (
    select
        event_number,
        module_id,
        session_date,
        session_number,
        max(hours) as hours,
        min(province_of_training) as province_of_training
    from attendance
    group by event_number, module_id, session_date, session_number
)

select * from final
