with assessments as (
    select * from {{ ref('stg_assessment') }}
),

placed as (
    select
        officers.officer_key,
        officers.officer_number,
        events.event_number,
        assessments.partner_id,
        assessments.programme_id,
        assessments.event_id,
        {{ resolved_module('assessments', 'events') }} as module_id,
        assessments.kind,
        assessments.assessed_on,
        assessments.attempt,
        assessments.score,
        assessments.maximum,
        assessments.delivery_id,
        assessments.row_id
    from assessments
    {{ join_resolved('assessments') }}
),

-- The same result told twice is one result; two different scores are two results.
numbered as (
    select
        *,
        row_number() over (
            partition by
                officer_number, event_number, module_id,
                kind, assessed_on, attempt, score, maximum
            order by delivery_id, row_id
        ) as telling
    from placed
),

final as (
    select
        officer_key,
        officer_number,
        event_number,
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
    from numbered
    where telling = 1
)

select * from final
