with refused as (
    select * from {{ ref('stg_refused_row') }}
),

final as (
    select
        partner_id,
        delivery_id,
        row_id,
        sheet,
        row_number,
        source_column,
        entity,
        column_name,
        header,
        rule,
        error_code,
        message
    from refused
)

select * from final
