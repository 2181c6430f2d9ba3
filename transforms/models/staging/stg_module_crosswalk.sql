with source as (
    select * from {{ source('inputs', 'module_crosswalk') }}
),

final as (
    select
        partner_id,
        table_name,
        partner_module,
        module_id
    from source
)

select * from final
