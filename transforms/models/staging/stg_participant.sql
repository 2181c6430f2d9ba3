with source as (
    select * from {{ source('bronze', 'participant') }}
),

final as (
    select
        partner_id,
        delivery_id,
        row_id,
        person_ref,
        programme_id,
        event_id,
        module_id,
        province_of_training,
        enrolled_on,
        withdrawn_on,
        outcome,
        category,
        sex,
        rank as rank_code,
        unit as unit_code,
        province_of_duty
    from source
)

select * from final
