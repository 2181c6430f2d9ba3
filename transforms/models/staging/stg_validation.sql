with source as (
    select * from {{ source('inputs', 'validations') }}
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
    from source
)

select * from final
