with codes as (
    select * from {{ ref('ranks') }}
),

final as (
    select
        rank_code,
        rank_name_en,
        rank_name_km,
        rank_level,
        seniority
    from codes
)

select * from final
