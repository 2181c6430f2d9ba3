{%- set described = ['category', 'sex', 'rank', 'unit', 'province_of_duty'] -%}

with modules as (
    select * from {{ ref('int_officer_module') }}
),

assessments as (
    select * from {{ ref('int_assessment') }}
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
            cast(null as {{ dbt.type_string() }}) as dated_{{ column }},
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
            {{ undated('max(dated_' ~ column ~ ')') }} as {{ column }},
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
        coalesce(folded.category, 'unknown') as category,
        coalesce(folded.sex, 'unknown') as sex,
        folded.rank as rank_code,
        folded.unit as unit_code,
        folded.province_of_duty,
        folded.first_seen_on,
        folded.last_seen_on
    from folded
    inner join keys on folded.officer_number = keys.officer_number
)

select * from final
