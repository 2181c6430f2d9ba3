with trainings as (
    select * from {{ ref('agreement_training') }}
),

rule as (
    select * from {{ ref('agreement_rule') }}
),

-- What the rule looks at: all that was planned, or what was held since the person joined.
joined as (
    select
        trainings.*,
        case when rule.late_joiners = 'since_joining' then trainings.sessions_before_joining else 0 end as sessions_off,
        case when rule.late_joiners = 'since_joining' then trainings.absent_before_joining else 0 end as absences_off,
        case when rule.late_joiners = 'since_joining' then coalesce(trainings.hours_before_joining, 0) else 0 end
            as hours_off,
        case when rule.late_joiners = 'since_joining' then coalesce(trainings.hours_absent_before_joining, 0) else 0 end
            as absent_hours_off
    from trainings
    cross join rule
),

expected as (
    select
        *,
        sessions_planned - sessions_off as sessions_expected,
        sessions_absent - absences_off as sessions_missed,
        hours_planned - hours_off as hours_expected,
        coalesce(hours_absent, 0) - absent_hours_off as hours_missed,
        case when hours_planned is not null then coalesce(hours_attended, 0) end as hours_counted
    from joined
),

reckoned as (
    select
        expected.*,
        case
            when rule.unknown_attendance = 'absent' then 0
            else greatest(expected.sessions_expected - expected.sessions_attended - expected.sessions_missed, 0)
        end as sessions_open,
        case
            when rule.unknown_attendance = 'absent' then 0
            else greatest(expected.hours_expected - expected.hours_counted - expected.hours_missed, 0)
        end as hours_open
    from expected
    cross join rule
),

judged as (
    select
        reckoned.officer_number,
        reckoned.event_number,
        reckoned.officer_key,
        reckoned.partner_id,
        reckoned.programme_id,
        reckoned.event_id,
        reckoned.module_id,
        reckoned.topic,
        coalesce(reckoned.province_of_duty, 'unknown') as province_of_duty,
        coalesce(reckoned.province_of_training, 'unknown') as province_of_training,
        reckoned.sex,
        reckoned.category,
        coalesce(reckoned.unit_code, 'unknown') as unit_code,
        reckoned.held_on,
        reckoned.first_attended_on,
        reckoned.last_attended_on,
        reckoned.sessions_attended,
        reckoned.sessions_unknown,
        reckoned.hours_attended,
        cast(reckoned.pre_score * 100 / nullif(reckoned.pre_maximum, 0) as decimal(18, 4)) as pre_percent,
        cast(reckoned.post_score * 100 / nullif(reckoned.post_maximum, 0) as decimal(18, 4)) as post_percent,
        case
            when rule.measure = 'hours'
                then {{ share_attended('reckoned.hours_counted', 'reckoned.hours_open', 'reckoned.hours_expected', 'rule') }}
            else {{ share_attended('reckoned.sessions_attended', 'reckoned.sessions_open', 'reckoned.sessions_expected', 'rule') }}
        end as share_is_met,
        {{ hours_suffice('reckoned.hours_counted', 'reckoned.hours_open', 'rule') }} as hours_are_met,
        {{ assessment_suffices('reckoned', 'reckoned.was_assessed', 'rule') }} as assessment_is_met
    from reckoned
    cross join rule
),

final as (
    select
        *,
        (share_is_met and hours_are_met and assessment_is_met) as is_met
    from judged
)

select * from final
