with deliveries as (
    select * from {{ ref('stg_delivery') }}
),

final as (
    select
        delivery_id,
        partner_id,
        table_name,
        entity,
        slot,
        revision,
        file_names,
        times_delivered,
        delivered_at,
        outcome,
        is_active,
        superseded_by,
        records_counted,
        rows_read,
        rows_accepted,
        rows_quarantined,
        rows_repeated,
        error_code,
        error_found,
        error_action
    from deliveries
)

select * from final
