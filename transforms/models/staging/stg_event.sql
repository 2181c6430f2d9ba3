with source as (
    select * from {{ source('bronze', 'event') }}
),

final as (
    select
        partner_id,
        delivery_id,
        row_id,
        programme_id,
        event_id,
        module_id,
        province_of_training,
        starts_on,
        ends_on,
        planned_sessions,
        planned_hours,
        trainers,
        funder
    from source
)

select * from final
