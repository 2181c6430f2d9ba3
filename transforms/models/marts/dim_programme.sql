with programmes as (
    select * from {{ ref('stg_programme') }}
),

final as (
    select
        programmes.programme_id,
        programmes.programme_name,
        programmes.partner_id,
        programmes.parent_programme_id,
        parents.programme_name as parent_programme_name,
        programmes.funder
    from programmes
    left join programmes as parents on programmes.parent_programme_id = parents.programme_id
)

select * from final
