{{ config(materialized="view") }}

{%- set training_key = 'officer_number, event_number, module_id' -%}
{%- set described = described_columns() -%}
{%- set last = ['last_on', 'last_attended_on'] -%}
{%- set first = ['first_on', 'first_attended_on'] -%}
{%- set summed = ['sessions_attended', 'sessions_absent', 'hours_attended', 'hours_absent'] -%}
{%- set dated_columns = [] -%}
{%- for column in described %}{% do dated_columns.append('dated_' ~ (column | replace('_code', ''))) %}{% endfor %}

with told as (
    select
        told.*,
        officers.officer_number
    from {{ ref('int_told_attendance') }} as told
    inner join {{ ref('int_person_officer') }} as officers on told.person_ref = officers.person_ref
),

retold as (
    select * from {{ ref('int_attendance_retold') }}
),

described_values as (
    select * from {{ ref('int_described_value') }}
),

compared as (
    select distinct {{ training_key }} from retold
),

-- Trainings in which no session may stand twice, which are nearly all, as they were told.
told_once as (
    select told.*
    from told
    left join compared
        on
            told.officer_number = compared.officer_number
            and told.event_number = compared.event_number
            and told.module_id = compared.module_id
    where compared.officer_number is null
),

-- Of the others each session that counts.
kept_sessions as (
    select
        retold.officer_number,
        retold.event_number,
        retold.module_id,
        {% for column in described %}
            {{ dated(column ~ '_values.value_number', 'retold.session_date') }} as {{ dated_columns[loop.index0] }},
        {% endfor %}
        retold.session_date as first_on,
        retold.session_date as last_on,
        case when retold.status = 'present' then retold.session_date end as first_attended_on,
        case when retold.status = 'present' then retold.session_date end as last_attended_on,
        case when retold.status = 'present' then 1 else 0 end as sessions_attended,
        case when retold.status = 'absent' then 1 else 0 end as sessions_absent,
        case when retold.status = 'present' then retold.hours end as hours_attended,
        case when retold.status = 'absent' then retold.hours end as hours_absent
    from retold
    {{ join_values('retold', described, by_number=false) }}
    where retold.place = 1
),

counted as (
    {% for relation in ['told_once', 'kept_sessions'] %}
        select {{ training_key }}, {{ (dated_columns + first + last + summed) | join(', ') }} from {{ relation }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

final as (
    select
        {{ training_key }},
        {% for column in dated_columns + last %}
            max({{ column }}) as {{ column }},
        {% endfor %}
        {% for column in first %}
            min({{ column }}) as {{ column }},
        {% endfor %}
        cast(sum(sessions_attended) as integer) as sessions_attended,
        cast(sum(sessions_absent) as integer) as sessions_absent,
        cast(sum(hours_attended) as decimal(10, 2)) as hours_attended,
        cast(sum(hours_absent) as decimal(10, 2)) as hours_absent
    from counted
    group by {{ training_key }}
)

select * from final
