{%- set described = ['category', 'rank', 'unit', 'province_of_duty'] -%}

with modules as (
    select * from {{ ref('int_officer_module') }}
),

-- What was known of a person on a day; on one day alphabetical order decides, so row order never does.
seen as (
    select
        officer_number,
        {% for column in described %}
            max({{ undated('dated_' ~ column) }}) as {{ column }},
        {% endfor %}
        coalesce(last_session_on, withdrawn_on, enrolled_on) as seen_on
    from modules
    where coalesce(last_session_on, withdrawn_on, enrolled_on) is not null
    group by officer_number, coalesce(last_session_on, withdrawn_on, enrolled_on)
),

-- A list that does not know an attribute changes nothing.
carried as (
    select
        officer_number,
        {% for column in described %}
            {{ last_known(column, 'officer_number', 'seen_on') }} as {{ column }},
        {% endfor %}
        seen_on
    from seen
),

compared as (
    select
        *,
        {% for column in described %}
            lag({{ column }}) over (partition by officer_number order by seen_on) as former_{{ column }},
        {% endfor %}
        row_number() over (partition by officer_number order by seen_on) as place
    from carried
),

changed as (
    select
        officer_number,
        seen_on,
        {{ described | join(', ') }}
    from compared
    where
        place = 1
        {% for column in described %}
            or coalesce({{ column }}, '') <> coalesce(former_{{ column }}, '')
        {% endfor %}
),

final as (
    select
        officer_number,
        coalesce(category, 'unknown') as category,
        rank as rank_code,
        unit as unit_code,
        province_of_duty,
        seen_on as valid_from,
        lead(seen_on) over (partition by officer_number order by seen_on) as valid_before
    from changed
)

select * from final
