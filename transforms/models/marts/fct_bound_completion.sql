with completions as (
    select * from {{ ref('int_bound_completion') }}
),

final as (
    select
        threshold,
        person_number,
        partner_id,
        programme_id,
        event_id,
        module_id,
        category,
        held_on,
        first_attended_on,
        last_attended_on,
        sessions_planned,
        sessions_attended,
        sessions_absent,
        hours_planned,
        hours_attended,
        hours_absent
    from completions
)

select * from final
