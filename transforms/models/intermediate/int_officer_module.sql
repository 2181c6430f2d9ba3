{%- set training_key = 'officer_number, event_number, module_id' -%}
{%- set noted = described_columns() -%}
{%- set described = ['category', 'sex', 'rank', 'unit', 'province_of_duty', 'province_of_training'] -%}

with attendance as (
    select * from {{ ref('int_module_attendance') }}
),

participants as (
    select * from {{ ref('int_participant') }}
),

results as (
    select * from {{ ref('int_module_result') }}
),

described_values as (
    select * from {{ ref('int_described_value') }}
),

rosters as (
    select
        {{ training_key }},
        {% for column in noted %}
            max({{ dated(column ~ '_values.value_number', 'enrolled_on') }})
                as dated_{{ column | replace('_code', '') }},
        {% endfor %}
        min(participants.enrolled_on) as enrolled_on,
        max(participants.withdrawn_on) as withdrawn_on,
        max({{ dated_text('outcome', 'coalesce(withdrawn_on, enrolled_on)') }}) as dated_outcome
    from participants
    {{ join_values('participants', noted, by_number=false) }}
    group by {{ training_key }}
),

final as (
    select
        coalesce(attendance.officer_number, rosters.officer_number, results.officer_number) as officer_number,
        coalesce(attendance.event_number, rosters.event_number, results.event_number) as event_number,
        coalesce(attendance.module_id, rosters.module_id, results.module_id) as module_id,
        {% for column in described %}
            {# what was seen at the session itself comes before what the roster says #}
            coalesce(attendance.dated_{{ column }}, rosters.dated_{{ column }}) as dated_{{ column }},
        {% endfor %}
        (attendance.officer_number is not null or rosters.officer_number is not null) as registered,
        {{ undated_text('rosters.dated_outcome') }} as outcome,
        rosters.enrolled_on,
        rosters.withdrawn_on,
        attendance.first_on as first_session_on,
        attendance.last_on as last_session_on,
        attendance.first_attended_on,
        attendance.last_attended_on,
        coalesce(attendance.sessions_attended, 0) as sessions_attended,
        coalesce(attendance.sessions_absent, 0) as sessions_absent,
        attendance.hours_attended,
        attendance.hours_absent,
        results.pre_score,
        results.pre_maximum,
        results.post_score,
        results.post_maximum,
        results.assessed_on
    from attendance
    full outer join rosters
        on
            attendance.officer_number = rosters.officer_number
            and attendance.event_number = rosters.event_number
            and attendance.module_id = rosters.module_id
    full outer join results
        on
            coalesce(attendance.officer_number, rosters.officer_number) = results.officer_number
            and coalesce(attendance.event_number, rosters.event_number) = results.event_number
            and coalesce(attendance.module_id, rosters.module_id) = results.module_id
)

select * from final
