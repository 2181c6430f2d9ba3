with attendance as (
    select * from {{ ref('int_attendance') }}
),

final as (
    select
        officer_key,
        partner_id,
        programme_id,
        event_id,
        module_id,
        session_date,
        session_number,
        status,
        hours,
        coalesce(category, 'unknown') as category,
        coalesce(sex, 'unknown') as sex,
        rank_code,
        unit_code,
        province_of_duty,
        province_of_training,
        delivery_id,
        row_id
    from attendance
)

select * from final
