with source as (
    select * from {{ source('inputs', 'programmes') }}
),

final as (
    select
        programme_id,
        partner_id,
        programme_name,
        parent_programme_id,
        funder
    from source
)

select * from final
