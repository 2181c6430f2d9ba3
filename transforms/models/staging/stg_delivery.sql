with source as (
    select * from {{ source('inputs', 'deliveries') }}
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
        deliveries as times_delivered,
        {{ utc_timestamp('delivered_at') }} as delivered_at,
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
    from source
)

select * from final
