with source as (
    select * from {{ source('bronze', 'assessment') }}
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
        kind,
        score,
        maximum,
        assessed_on,
        attempt
    from source
)

select * from final
