{%- set delivery_key = 'partner_id, programme_id, event_id, module_id' -%}
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

rosters as (
    select
        officer_key,
        {{ delivery_key }},
        max({{ dated('category', 'enrolled_on') }}) as dated_category,
        max({{ dated('sex', 'enrolled_on') }}) as dated_sex,
        max({{ dated('rank_code', 'enrolled_on') }}) as dated_rank,
        max({{ dated('unit_code', 'enrolled_on') }}) as dated_unit,
        max({{ dated('province_of_duty', 'enrolled_on') }}) as dated_province_of_duty,
        max({{ dated('province_of_training', 'enrolled_on') }}) as dated_province_of_training,
        min(enrolled_on) as enrolled_on,
        max(withdrawn_on) as withdrawn_on,
        max({{ dated('outcome', 'coalesce(withdrawn_on, enrolled_on)') }}) as dated_outcome
    from participants
    group by officer_key, {{ delivery_key }}
),

people as (
    select officer_key, {{ delivery_key }} from attendance
    union distinct
    select officer_key, {{ delivery_key }} from rosters
    union distinct
    select officer_key, {{ delivery_key }} from results
),

final as (
    select
        people.officer_key,
        people.partner_id,
        people.programme_id,
        people.event_id,
        people.module_id,
        {% for column in described %}
            {# what was seen at the session itself comes before what the roster says #}
            coalesce(attendance.dated_{{ column }}, rosters.dated_{{ column }}) as dated_{{ column }},
        {% endfor %}
        (attendance.officer_key is not null or rosters.officer_key is not null) as registered,
        {{ undated('rosters.dated_outcome') }} as outcome,
        rosters.enrolled_on,
        rosters.withdrawn_on,
        attendance.first_on as first_session_on,
        attendance.last_on as last_session_on,
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
    from people
    {% for side in ['attendance', 'rosters', 'results'] %}
        left join {{ side }}
            on
                people.officer_key = {{ side }}.officer_key
                and people.partner_id = {{ side }}.partner_id
                and people.programme_id = {{ side }}.programme_id
                and people.event_id = {{ side }}.event_id
                and people.module_id = {{ side }}.module_id
    {% endfor %}
)

select * from final
