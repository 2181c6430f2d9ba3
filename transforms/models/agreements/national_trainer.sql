{%- set dimensions = figure_dimensions() -%}

-- What each window sees of the courses that certify, and whether the certified were listed as trainers afterwards.
-- A trainer is counted by what they were in the last module of the course.
with courses as (
    select * from {{ ref('counted_course') }}
),

trainings as (
    select * from {{ ref('counted_training') }}
),

listed as (
    select * from {{ ref('listed_trainer') }}
),

windows as (
    select * from {{ ref('agreement_window') }}
),

described as (
    select
        courses.officer_number,
        courses.officer_key,
        courses.held_on,
        courses.is_met,
        {% for dimension in dimensions %}
            trainings.{{ dimension }}_place,
        {% endfor %}
        row_number() over (
            partition by courses.officer_number, courses.event_number
            order by trainings.held_on desc, trainings.module_id asc
        ) as place
    from courses
    inner join trainings
        on
            courses.officer_number = trainings.officer_number
            and courses.event_number = trainings.event_number
),

final as (
    select
        windows.window_number,
        described.officer_number,
        {% for dimension in dimensions %}
            described.{{ dimension }}_place,
        {% endfor %}
        max(case when described.held_on >= windows.starts_on and described.is_met then 1 else 0 end) as was_certified,
        max(case when described.held_on >= windows.starts_on and described.is_met is null then 1 else 0 end)
            as was_undecided,
        max(case when described.held_on >= windows.starts_on and not described.is_met then 1 else 0 end)
            as was_not_certified,
        max(case when described.is_met then 1 else 0 end) as is_certified,
        max(case when described.is_met and listed.officer_key is not null then 1 else 0 end) as was_active
    from described
    inner join windows on described.held_on <= windows.ends_on
    left join listed
        on
            described.officer_key = listed.officer_key
            and described.held_on < listed.held_on
            and listed.held_on between windows.starts_on and windows.ends_on
    where described.place = 1
    group by
        windows.window_number,
        {% for dimension in dimensions %}
            described.{{ dimension }}_place,
        {% endfor %}
        described.officer_number
)

select * from final
