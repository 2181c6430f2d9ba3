{%- set training_key = ['officer_key', 'partner_id', 'programme_id', 'event_id', 'module_id'] -%}

-- Module deliveries that a window cuts in two: what of them was attended within. They are few.
with trainings as (
    select * from {{ ref('counted_training') }}
),

attendance as (
    select * from {{ ref('fct_attendance') }}
),

windows as (
    select * from {{ ref('agreement_window') }}
),

cut as (
    select
        trainings.*,
        windows.window_number,
        windows.starts_on,
        windows.ends_on
    from trainings
    inner join windows
        on
            trainings.first_attended_on <= windows.ends_on
            and trainings.last_attended_on >= windows.starts_on
    where
        trainings.first_attended_on < windows.starts_on
        or trainings.last_attended_on > windows.ends_on
),

final as (
    select
        cut.window_number,
        cut.officer_number,
        cut.event_number,
        cut.module_id,
        count(*) as sessions,
        cast(sum(attendance.hours) as decimal(10, 2)) as hours
    from cut
    inner join attendance
        on
            {% for column in training_key %}
                cut.{{ column }} = attendance.{{ column }}
                and {% endfor -%}
            attendance.session_date between cut.starts_on and cut.ends_on
    where attendance.status = 'present'
    group by cut.window_number, cut.officer_number, cut.event_number, cut.module_id
)

select * from final
