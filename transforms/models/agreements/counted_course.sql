{%- set course = 'officer_number, event_number' -%}
{%- set summed = [
    'sessions_attended', 'sessions_absent', 'sessions_before_joining', 'absent_before_joining', 'hours_attended',
    'hours_absent', 'hours_before_joining', 'hours_absent_before_joining', 'post_score', 'post_maximum'
] -%}

-- A course that certifies trainers is judged as a whole: whoever missed one of eleven modules of a session each may
-- still have attended four fifths.
with modules as (
    select * from {{ ref('agreement_training') }}
),

rule as (
    select * from {{ ref('agreement_rule') }}
),

certifying_programmes as (
    select programme_id from {{ ref('dim_programme') }}
    where certifies_trainers
),

certifying_modules as (
    select module_id from {{ ref('dim_module') }}
    where certifies_trainers
),

parts as (
    select modules.*
    from modules
    left join certifying_programmes on modules.programme_id = certifying_programmes.programme_id
    left join certifying_modules on modules.module_id = certifying_modules.module_id
    where certifying_programmes.programme_id is not null or certifying_modules.module_id is not null
),

planned as (
    select
        event_number,
        cast(sum(sessions_planned) as integer) as sessions_planned,
        sum(hours_planned) as hours_planned
    from (
        select
            event_number,
            module_id,
            max(sessions_planned) as sessions_planned,
            max(hours_planned) as hours_planned
        from parts
        group by event_number, module_id
    ) as deliveries
    group by event_number
),

attended as (
    select
        {{ course }},
        max(officer_key) as officer_key,
        max(held_on) as held_on,
        {% for column in summed %}
            sum({{ column }}) as {{ column }},
        {% endfor %}
        max(was_assessed) as was_assessed
    from parts
    group by {{ course }}
),

trainings as (
    select
        attended.*,
        planned.sessions_planned,
        planned.hours_planned
    from attended
    inner join planned on attended.event_number = planned.event_number
),

{{ judge_trainings() }},

final as (
    select
        officer_number,
        event_number,
        officer_key,
        held_on,
        is_met
    from judged
)

select * from final
