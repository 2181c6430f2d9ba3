with crosswalk as (
    select * from {{ ref('stg_person_crosswalk') }}
),

final as (
    select
        person_ref,
        officer_key
    from crosswalk
)

select * from final
