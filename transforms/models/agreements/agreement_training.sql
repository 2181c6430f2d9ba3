with completions as (
    select * from {{ ref('fct_module_completion') }}
),

programmes as (
    select programme_id from {{ ref('agreement_scope') }}
),

categories as (
    select category from {{ ref('agreement_category') }}
),

modules as (
    select
        module_id,
        topic
    from {{ ref('dim_module') }}
),

scoped as (
    select completions.*
    from completions
    inner join programmes on completions.programme_id = programmes.programme_id
    inner join categories on completions.category = categories.category
),

-- Numbers group faster than keys, and there are millions of groups.
officers as (
    select
        officer_key,
        row_number() over (order by officer_key) as officer_number
    from (select distinct officer_key from scoped) as keys
),

events as (
    select
        partner_id,
        programme_id,
        event_id,
        row_number() over (order by partner_id, programme_id, event_id) as event_number
    from (
        select distinct
            partner_id,
            programme_id,
            event_id
        from scoped
    ) as keys
),

assessed as (
    select distinct
        partner_id,
        programme_id,
        event_id,
        module_id
    from completions
    where post_score is not null
),

final as (
    select
        officers.officer_number,
        events.event_number,
        scoped.officer_key,
        scoped.partner_id,
        scoped.programme_id,
        scoped.event_id,
        scoped.module_id,
        scoped.category,
        scoped.sex,
        modules.topic,
        coalesce(scoped.province_of_duty, 'unknown') as province_of_duty,
        coalesce(scoped.province_of_training, 'unknown') as province_of_training,
        coalesce(scoped.unit_code, 'unknown') as unit_code,
        scoped.held_on,
        scoped.first_attended_on,
        scoped.last_attended_on,
        scoped.sessions_planned,
        scoped.sessions_attended,
        scoped.sessions_absent,
        scoped.sessions_unknown,
        scoped.sessions_before_joining,
        scoped.absent_before_joining,
        scoped.hours_planned,
        scoped.hours_attended,
        scoped.hours_absent,
        scoped.hours_before_joining,
        scoped.hours_absent_before_joining,
        scoped.pre_score,
        scoped.pre_maximum,
        scoped.post_score,
        scoped.post_maximum,
        assessed.event_id is not null as was_assessed
    from scoped
    inner join modules on scoped.module_id = modules.module_id
    inner join officers on scoped.officer_key = officers.officer_key
    inner join events
        on
            scoped.partner_id = events.partner_id
            and scoped.programme_id = events.programme_id
            and scoped.event_id = events.event_id
    left join assessed
        on
            scoped.partner_id = assessed.partner_id
            and scoped.programme_id = assessed.programme_id
            and scoped.event_id = assessed.event_id
            and scoped.module_id = assessed.module_id
)

select * from final
