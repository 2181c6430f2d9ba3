with codes as (
    select * from {{ ref('modules') }}
),

certifications as (
    select module_id from {{ ref('trainer_certifications') }}
    where module_id is not null
),

final as (
    select
        codes.module_id,
        codes.module_name_en,
        codes.module_name_km,
        codes.topic,
        certifications.module_id is not null as certifies_trainers
    from codes
    left join certifications on codes.module_id = certifications.module_id
)

select * from final
