with provinces as (
    select * from {{ ref('provinces') }}
),

history as (
    select * from {{ ref('province_history') }}
),

today as (
    select * from history
    where valid_to is null
),

final as (
    select
        provinces.province_code,
        provinces.p_code,
        provinces.iso_3166_2,
        provinces.province_name_en,
        provinces.province_name_km,
        today.status,
        today.valid_from,
        today.valid_to,
        today.split_from_province_code,
        provinces.trend_group
    from provinces
    left join today on provinces.province_code = today.province_code
)

select * from final
