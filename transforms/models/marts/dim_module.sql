with codes as (
    select * from {{ ref('modules') }}
),

final as (
    select
        module_id,
        module_name_en,
        module_name_km,
        topic
    from codes
)

select * from final
