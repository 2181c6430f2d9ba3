{%- set kept = [
    'officer_key', 'partner_id', 'programme_id', 'event_id', 'module_id', 'category', 'is_officer', 'sex',
    'rank_code', 'unit_code', 'province_of_duty', 'province_of_training', 'registered', 'outcome', 'held_on',
    'sessions_planned', 'sessions_attended', 'sessions_absent', 'sessions_unknown', 'hours_planned', 'hours_attended',
    'hours_absent', 'pre_score', 'pre_maximum', 'post_score', 'post_maximum', 'completed', 'first_attended_on',
    'last_attended_on', 'enrolled_on', 'sessions_before_joining', 'absent_before_joining', 'hours_before_joining',
    'hours_absent_before_joining'
] -%}
{%- set described = ['category', 'rank', 'unit', 'province_of_duty', 'province_of_training'] -%}

with modules as (
    select * from {{ ref('int_officer_module') }}
),

deliveries as (
    select * from {{ ref('int_module_delivery') }}
),

joined as (
    select * from {{ ref('int_late_joiner') }}
),

events as (
    select * from {{ ref('int_event') }}
),

officers as (
    select
        officer_key,
        officer_number,
        sex
    from {{ ref('int_officer') }}
),

categories as (
    select
        category,
        is_officer
    from {{ ref('person_categories') }}
),

described_values as (
    select * from {{ ref('int_described_value') }}
),

placed as (
    select
        modules.*,
        officers.officer_key,
        officers.sex,
        events.partner_id,
        events.programme_id,
        events.event_id,
        coalesce(joined.sessions_before_joining, 0) as sessions_before_joining,
        coalesce(joined.absent_before_joining, 0) as absent_before_joining,
        joined.hours_before_joining,
        joined.hours_absent_before_joining,
        coalesce(category_values.described_value, 'unknown') as category,
        rank_values.described_value as rank_code,
        unit_values.described_value as unit_code,
        province_of_duty_values.described_value as province_of_duty,
        coalesce(province_of_training_values.described_value, events.province_of_training)
            as province_of_training,
        coalesce(
            deliveries.last_session_on, events.ends_on, events.starts_on, modules.withdrawn_on, modules.enrolled_on,
            modules.assessed_on
        ) as held_on,
        coalesce(deliveries.sessions_planned, 0) as sessions_planned,
        deliveries.hours_planned
    from modules
    inner join officers on modules.officer_number = officers.officer_number
    left join deliveries
        on
            modules.event_number = deliveries.event_number
            and modules.module_id = deliveries.module_id
    left join joined
        on
            modules.officer_number = joined.officer_number
            and modules.event_number = joined.event_number
            and modules.module_id = joined.module_id
    inner join events on modules.event_number = events.event_number
    {{ join_values('modules', described, by_number=true) }}
),

-- A planned session without a row for this person is unknown, not absent.
reckoned as (
    select
        *,
        greatest(sessions_planned - sessions_attended - sessions_absent, 0) as sessions_unknown,
        case
            when hours_planned is not null
                then greatest(hours_planned - coalesce(hours_attended, 0) - coalesce(hours_absent, 0), 0)
        end as hours_unknown
    from placed
),

decided as (
    select
        reckoned.*,
        categories.is_officer,
        {{ completed('reckoned.sessions_attended', 'reckoned.sessions_unknown', 'reckoned.sessions_planned') }}
            as completed
    from reckoned
    inner join categories on reckoned.category = categories.category
),

final as (
    select
        {{ kept | join(', ') }},
        cast(hours_unknown as decimal(10, 2)) as hours_unknown
    from decided
)

select * from final
