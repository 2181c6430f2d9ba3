{%- set training_key = 'officer_number, event_number, module_id' -%}

with attendance as (
    select * from {{ ref('int_attendance') }}
),

-- What a person was rarely changes within one module, so this step shrinks millions of sessions to few rows.
per_description as (
    select
        {{ training_key }},
        category,
        sex,
        rank_code,
        unit_code,
        province_of_duty,
        province_of_training,
        max(session_date) as last_on,
        min(session_date) as first_on,
        count(case when status = 'present' then 1 end) as sessions_attended,
        count(case when status = 'absent' then 1 end) as sessions_absent,
        sum(case when status = 'present' then hours end) as hours_attended,
        sum(case when status = 'absent' then hours end) as hours_absent,
        min(case when status = 'present' then session_date end) as first_attended_on,
        max(case when status = 'present' then session_date end) as last_attended_on
    from attendance
    group by
        {{ training_key }},
        category, sex, rank_code, unit_code, province_of_duty, province_of_training
),

final as (
    select
        {{ training_key }},
        max({{ dated('category', 'last_on') }}) as dated_category,
        max({{ dated('sex', 'last_on') }}) as dated_sex,
        max({{ dated('rank_code', 'last_on') }}) as dated_rank,
        max({{ dated('unit_code', 'last_on') }}) as dated_unit,
        max({{ dated('province_of_duty', 'last_on') }}) as dated_province_of_duty,
        max({{ dated('province_of_training', 'last_on') }}) as dated_province_of_training,
        min(first_on) as first_on,
        max(last_on) as last_on,
        min(first_attended_on) as first_attended_on,
        max(last_attended_on) as last_attended_on,
        cast(sum(sessions_attended) as integer) as sessions_attended,
        cast(sum(sessions_absent) as integer) as sessions_absent,
        cast(sum(hours_attended) as decimal(10, 2)) as hours_attended,
        cast(sum(hours_absent) as decimal(10, 2)) as hours_absent
    from per_description
    group by {{ training_key }}
)

select * from final
