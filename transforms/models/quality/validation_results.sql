with validations as (
    select * from {{ ref('stg_validation') }}
),

final as (
    select
        delivery_id,
        partner_id,
        entity,
        rule,
        column_name,
        severity,
        rows_evaluated,
        rows_failed
    from validations
)

select * from final
