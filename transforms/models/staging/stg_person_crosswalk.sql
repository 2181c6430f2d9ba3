with source as (
    select * from {{ source('identity', 'crosswalk') }}
),

final as (
    select
        person_ref,
        partner_id,
        officer_key,
        strict_key,
        lenient_key,
        method,
        probability_band
    from source
)

select * from final
