with deliveries as (
    select * from {{ ref('stg_delivery') }}
),

final as (
    select
        delivery_id,
        partner_id,
        delivered_at
    from deliveries
    where is_active
)

select * from final
