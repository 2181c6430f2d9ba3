{%- set described = ['category', 'rank', 'unit', 'province_of_duty'] -%}

with modules as (
    select * from {{ ref('int_officer_module') }}
),

described_values as (
    select * from {{ ref('int_described_value') }}
),

-- What was known of a person on a day; on one day alphabetical order decides, so row order never does.
seen as (
    select
        officer_number,
        {% for column in described %}
            max({{ undated('dated_' ~ column) }}) as dated_{{ column }},
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
            {{ last_known('dated_' ~ column, 'officer_number', 'seen_on') }} as dated_{{ column }},
        {% endfor %}
        seen_on
    from seen
),

compared as (
    select
        *,
        {% for column in described %}
            lag(dated_{{ column }}) over (partition by officer_number order by seen_on) as former_{{ column }},
        {% endfor %}
        row_number() over (partition by officer_number order by seen_on) as place
    from carried
),

changed as (
    select
        officer_number,
        {% for column in described %}
            dated_{{ column }},
        {% endfor %}
        seen_on
    from compared
    where
        place = 1
        {% for column in described %}
            or coalesce(dated_{{ column }}, 0) <> coalesce(former_{{ column }}, 0)
        {% endfor %}
),

final as (
    select
        changed.officer_number,
        coalesce(category_values.described_value, 'unknown') as category,
        rank_values.described_value as rank_code,
        unit_values.described_value as unit_code,
        province_of_duty_values.described_value as province_of_duty,
        changed.seen_on as valid_from,
        lead(changed.seen_on) over (partition by changed.officer_number order by changed.seen_on) as valid_before
    from changed
    {{ join_values('changed', described, by_number=true) }}
)

select * from final
