with source as (
    select * from {{ source('identity', 'crosswalk') }}
),

final as (
    select
        person_ref,
        officer_key
    from source
)

select * from final
