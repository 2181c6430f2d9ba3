with completions as (
    select * from {{ ref('int_module_completion') }}
),

final as (
    select
        officer_key,
        partner_id,
        programme_id,
        event_id,
        module_id,
        category,
        is_officer,
        sex,
        rank_code,
        unit_code,
        province_of_duty,
        province_of_training,
        registered,
        outcome,
        held_on,
        sessions_planned,
        sessions_attended,
        sessions_absent,
        sessions_unknown,
        hours_planned,
        hours_attended,
        hours_absent,
        hours_unknown,
        pre_score,
        pre_maximum,
        post_score,
        post_maximum,
        completed,
        first_attended_on,
        last_attended_on,
        enrolled_on,
        sessions_before_joining,
        absent_before_joining,
        hours_before_joining,
        hours_absent_before_joining
    from completions
)

select * from final
