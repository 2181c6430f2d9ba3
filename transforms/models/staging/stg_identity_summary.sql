with source as (
    select * from {{ source('identity', 'summary') }}
),

final as (
    select
        measure,
        partner_id,
        label,
        value as count_now,
        previous as count_before
    from source
)

select * from final
