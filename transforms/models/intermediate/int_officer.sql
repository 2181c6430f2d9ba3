{%- set described = ['category', 'sex', 'rank', 'unit', 'province_of_duty'] -%}

with modules as (
    select * from {{ ref('int_officer_module') }}
),

assessments as (
    select * from {{ ref('int_assessment') }}
),

seen as (
    select
        officer_key,
        {% for column in described %}
            max(dated_{{ column }}) as dated_{{ column }},
        {% endfor %}
        min(least(first_session_on, enrolled_on, assessed_on)) as first_seen_on,
        max(greatest(last_session_on, withdrawn_on, enrolled_on, assessed_on)) as last_seen_on
    from modules
    group by officer_key
    union all
    select
        officer_key,
        {% for column in described %}
            cast(null as {{ dbt.type_string() }}) as dated_{{ column }},
        {% endfor %}
        min(assessed_on) as first_seen_on,
        max(assessed_on) as last_seen_on
    from assessments
    group by officer_key
),

folded as (
    select
        officer_key,
        {% for column in described %}
            {{ undated('max(dated_' ~ column ~ ')') }} as {{ column }},
        {% endfor %}
        min(first_seen_on) as first_seen_on,
        max(last_seen_on) as last_seen_on
    from seen
    group by officer_key
),

final as (
    select
        officer_key,
        cast(row_number() over (order by officer_key) as integer) as officer_number,
        coalesce(category, 'unknown') as category,
        coalesce(sex, 'unknown') as sex,
        rank as rank_code,
        unit as unit_code,
        province_of_duty,
        first_seen_on,
        last_seen_on
    from folded
)

select * from final
