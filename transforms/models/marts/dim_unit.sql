with codes as (
    select * from {{ ref('units') }}
),

final as (
    select
        unit_code,
        unit_name_en,
        unit_name_km,
        sector
    from codes
)

select * from final
