with programmes as (
    select * from {{ ref('stg_programme') }}
),

certifications as (
    select programme_id from {{ ref('trainer_certifications') }}
    where programme_id is not null
),

final as (
    select
        programmes.programme_id,
        programmes.programme_name,
        programmes.partner_id,
        programmes.parent_programme_id,
        parents.programme_name as parent_programme_name,
        programmes.funder,
        certifications.programme_id is not null as certifies_trainers
    from programmes
    left join programmes as parents on programmes.parent_programme_id = parents.programme_id
    left join certifications on programmes.programme_id = certifications.programme_id
)

select * from final
