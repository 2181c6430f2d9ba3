with source as (
    select * from {{ source('bronze', 'attendance') }}
),

final as (
    select
        partner_id,
        delivery_id,
        row_id,
        person_ref,
        programme_id,
        event_id,
        module_id,
        province_of_training,
        session_date,
        coalesce(session_number, 1) as session_number,
        status,
        hours,
        category,
        sex,
        rank as rank_code,
        unit as unit_code,
        province_of_duty
    from source
)

select * from final
