with officers as (
    select * from {{ ref('int_officer') }}
),

categories as (
    select * from {{ ref('person_categories') }}
),

final as (
    select
        officers.officer_key,
        officers.category,
        categories.is_officer,
        officers.sex,
        officers.rank_code,
        officers.unit_code,
        officers.province_of_duty,
        officers.first_seen_on,
        officers.last_seen_on
    from officers
    left join categories on officers.category = categories.category
)

select * from final
