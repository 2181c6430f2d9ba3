with source as (
    select * from {{ source('inputs', 'partners') }}
),

final as (
    select
        partner_id,
        partner_name,
        contract_version,
        delivery_every_days,
        owner as owner_role
    from source
)

select * from final
