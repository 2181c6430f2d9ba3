with crosswalk as (
    select * from {{ ref('stg_person_crosswalk') }}
),

-- Millions of rows are grouped by the number; the key is put back where readers see it.
final as (
    select
        person_ref,
        officer_key,
        dense_rank() over (order by officer_key) as officer_number
    from crosswalk
)

select * from final
