with partners as (
    select * from {{ ref('stg_partner') }}
),

deliveries as (
    select * from {{ ref('stg_delivery') }}
),

-- A partner whose contract was withdrawn keeps what it delivered.
former as (
    select distinct deliveries.partner_id
    from deliveries
    left join partners on deliveries.partner_id = partners.partner_id
    where partners.partner_id is null
),

final as (
    select
        partner_id,
        partner_name,
        contract_version,
        delivery_every_days,
        owner_role,
        true as has_contract
    from partners
    union all
    select
        partner_id,
        partner_id as partner_name,
        cast(null as {{ dbt.type_string() }}) as contract_version,
        cast(null as integer) as delivery_every_days,
        cast(null as {{ dbt.type_string() }}) as owner_role,
        false as has_contract
    from former
)

select * from final
