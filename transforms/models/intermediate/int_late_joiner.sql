{%- set training_key = ['officer_number', 'event_number', 'module_id'] -%}

-- A table of its own: knowing how few they are, the engine looks through the attendance of nobody else.
with late as (
    select * from {{ ref('int_late_enrolment') }}
),

sessions as (
    select * from {{ ref('int_session') }}
),

attendance as (
    select * from {{ ref('int_attendance') }}
),

told as (
    select
        {% for column in training_key %}
            attendance.{{ column }},
        {% endfor %}
        attendance.session_date,
        attendance.session_number,
        attendance.status
    from attendance
    inner join late
        on
            attendance.officer_number = late.officer_number
            and attendance.event_number = late.event_number
            and attendance.module_id = late.module_id
    where attendance.session_date < late.enrolled_on
),

-- Who came before being enrolled came: only sessions not attended are taken off what was planned for them.
missed as (
    select
        {% for column in training_key %}
            late.{{ column }},
        {% endfor %}
        sessions.hours,
        coalesce(told.status, 'unknown') as status
    from late
    inner join sessions
        on
            late.event_number = sessions.event_number
            and late.module_id = sessions.module_id
            and late.enrolled_on > sessions.session_date
    left join told
        on
            late.officer_number = told.officer_number
            and late.event_number = told.event_number
            and late.module_id = told.module_id
            and sessions.session_date = told.session_date
            and sessions.session_number = told.session_number
    where coalesce(told.status, 'unknown') <> 'present'
),

final as (
    select
        {{ training_key | join(',\n        ') }},
        cast(count(*) as integer) as sessions_before_joining,
        cast(count(case when status = 'absent' then 1 end) as integer) as absent_before_joining,
        cast(sum(hours) as decimal(10, 2)) as hours_before_joining,
        cast(sum(case when status = 'absent' then hours end) as decimal(10, 2)) as hours_absent_before_joining
    from missed
    group by {{ training_key | join(', ') }}
)

select * from final
