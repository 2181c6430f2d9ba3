{%- set described = ['category', 'sex', 'rank', 'unit', 'province_of_duty'] -%}

with modules as (
    select * from {{ ref('int_officer_module') }}
),

assessments as (
    select * from {{ ref('int_assessment') }}
),

described_values as (
    select * from {{ ref('int_described_value') }}
),

keys as (
    select distinct
        officer_key,
        officer_number
    from {{ ref('int_person_officer') }}
),

seen as (
    select
        officer_number,
        {% for column in described %}
            max(dated_{{ column }}) as dated_{{ column }},
        {% endfor %}
        min(least(first_session_on, enrolled_on, assessed_on)) as first_seen_on,
        max(greatest(last_session_on, withdrawn_on, enrolled_on, assessed_on)) as last_seen_on
    from modules
    group by officer_number
    union all
    select
        officer_number,
        {% for column in described %}
            cast(null as bigint) as dated_{{ column }},
        {% endfor %}
        min(assessed_on) as first_seen_on,
        max(assessed_on) as last_seen_on
    from assessments
    group by officer_number
),

folded as (
    select
        officer_number,
        {% for column in described %}
            max(dated_{{ column }}) as dated_{{ column }},
        {% endfor %}
        min(first_seen_on) as first_seen_on,
        max(last_seen_on) as last_seen_on
    from seen
    group by officer_number
),

final as (
    select
        keys.officer_key,
        folded.officer_number,
        coalesce(category_values.described_value, 'unknown') as category,
        coalesce(sex_values.described_value, 'unknown') as sex,
        rank_values.described_value as rank_code,
        unit_values.described_value as unit_code,
        province_of_duty_values.described_value as province_of_duty,
        folded.first_seen_on,
        folded.last_seen_on
    from folded
    inner join keys on folded.officer_number = keys.officer_number
    {{ join_values('folded', described, by_number=true) }}
)

select * from final
