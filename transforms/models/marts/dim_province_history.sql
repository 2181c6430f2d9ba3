with provinces as (
    select * from {{ ref('provinces') }}
),

history as (
    select * from {{ ref('province_history') }}
),

final as (
    select
        history.province_code,
        provinces.province_name_en,
        provinces.province_name_km,
        history.valid_from,
        history.valid_to,
        history.status,
        history.split_from_province_code,
        provinces.trend_group,
        history.change
    from history
    inner join provinces on history.province_code = provinces.province_code
)

select * from final
