with crosswalk as (
    select * from {{ ref('stg_person_crosswalk') }}
),

final as (
    select
        person_ref,
        officer_key,
        partner_id,
        method,
        probability_band
    from crosswalk
)

select * from final
