with states as (
    select * from {{ ref('int_officer_state') }}
),

officers as (
    select
        officer_number,
        officer_key
    from {{ ref('int_officer') }}
),

final as (
    select
        officers.officer_key,
        states.valid_from,
        states.valid_before,
        states.category,
        states.rank_code,
        states.unit_code,
        states.province_of_duty,
        states.valid_before is null as is_current
    from states
    inner join officers on states.officer_number = officers.officer_number
)

select * from final
