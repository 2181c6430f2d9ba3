{%- set delivery_key = 'event_number, module_id' -%}

with sessions as (
    select * from {{ ref('int_session') }}
),

declared as (
    select * from {{ ref('int_declared_event') }}
),

seen as (
    select
        {{ delivery_key }},
        count(*) as sessions_seen,
        sum(hours) as hours_seen,
        min(session_date) as first_session_on,
        max(session_date) as last_session_on,
        cast(null as integer) as declared_sessions,
        cast(null as decimal(10, 2)) as declared_hours
    from sessions
    group by {{ delivery_key }}
),

promised as (
    select
        {{ delivery_key }},
        0 as sessions_seen,
        cast(null as decimal(10, 2)) as hours_seen,
        cast(null as date) as first_session_on,
        cast(null as date) as last_session_on,
        max(planned_sessions) as declared_sessions,
        max(planned_hours) as declared_hours
    from declared
    where module_id is not null
    group by {{ delivery_key }}
),

both_sides as (
    select * from seen
    union all
    select * from promised
),

folded as (
    select
        {{ delivery_key }},
        max(sessions_seen) as sessions_seen,
        max(hours_seen) as hours_seen,
        min(first_session_on) as first_session_on,
        max(last_session_on) as last_session_on,
        max(declared_sessions) as declared_sessions,
        max(declared_hours) as declared_hours
    from both_sides
    group by {{ delivery_key }}
),

final as (
    select
        {{ delivery_key }},
        cast(coalesce(declared_sessions, sessions_seen) as integer) as sessions_planned,
        cast(coalesce(declared_hours, hours_seen) as decimal(10, 2)) as hours_planned,
        cast(sessions_seen as integer) as sessions_seen,
        declared_sessions is not null as is_declared,
        first_session_on,
        last_session_on
    from folded
)

select * from final
