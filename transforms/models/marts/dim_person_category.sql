with codes as (
    select * from {{ ref('person_categories') }}
),

final as (
    select
        category,
        is_officer,
        label_en,
        label_km
    from codes
)

select * from final
