with attendance as (
    select
        min(session_date) as first_on,
        max(session_date) as last_on
    from {{ ref('fct_attendance') }}
),

events as (
    select
        min(starts_on) as first_on,
        max(ends_on) as last_on
    from {{ ref('dim_event') }}
),

completions as (
    select
        min(held_on) as first_on,
        max(held_on) as last_on
    from {{ ref('fct_module_completion') }}
),

assessments as (
    select
        min(assessed_on) as first_on,
        max(assessed_on) as last_on
    from {{ ref('fct_assessment') }}
),

bounds as (
    select
        least(attendance.first_on, events.first_on, completions.first_on, assessments.first_on, {{ as_of() }})
            as first_on,
        greatest(attendance.last_on, events.last_on, completions.last_on, assessments.last_on, {{ as_of() }})
            as last_on
    from attendance
    cross join events
    cross join completions
    cross join assessments
),

days as (
    select {{ each_day('first_on', 'last_on') }} as day_at
    from bounds
),

dated as (
    select cast(day_at as date) as date_day
    from days
),

final as (
    select
        date_day,
        cast(extract(year from date_day) as integer) as calendar_year,
        cast(extract(quarter from date_day) as integer) as calendar_quarter,
        cast(extract(month from date_day) as integer) as calendar_month,
        cast(extract(year from date_day) as integer)
        + case when extract(month from date_day) >= 10 then 1 else 0 end as us_fiscal_year,
        cast(extract(year from date_day) as integer)
        - case when extract(month from date_day) < 4 then 1 else 0 end as canada_fiscal_year
    from dated
)

select * from final
