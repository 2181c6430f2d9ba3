with summary as (
    select * from {{ ref('stg_identity_summary') }}
),

final as (
    select
        measure,
        partner_id,
        label,
        count_now,
        count_before,
        count_now - count_before as drift
    from summary
)

select * from final
