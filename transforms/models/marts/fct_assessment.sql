with assessments as (
    select * from {{ ref('int_assessment') }}
),

final as (
    select
        officer_key,
        partner_id,
        programme_id,
        event_id,
        module_id,
        kind,
        assessed_on,
        attempt,
        score,
        maximum,
        delivery_id,
        row_id
    from assessments
)

select * from final
