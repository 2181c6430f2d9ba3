with source as (
    select * from {{ source('quarantine', 'refused_row') }}
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
        code as error_code,
        message
    from source
)

select * from final
