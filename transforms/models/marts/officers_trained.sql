{%- set dimensions = ['province_code', 'module_id', 'sex', 'category', 'partner_id', 'period'] -%}
{%- set groupings = officers_trained_groupings() -%}

-- Distinct people cannot be added up, so every grouping is counted for itself, from the same rows:
-- per person and event first, then per person, then per cell. Numbers stand for keys: millions of rows.
with completions as (
    select * from {{ ref('fct_module_completion') }}
),

officers as (
    select
        officer_key,
        officer_number
    from {{ ref('int_officer') }}
),

categories as (
    select * from {{ ref('person_categories') }}
),

events as (
    select
        partner_id,
        programme_id,
        event_id,
        row_number() over (order by partner_id, programme_id, event_id) as event_number
    from {{ ref('int_event') }}
),

counted as (
    select
        officers.officer_number,
        events.event_number,
        completions.module_id,
        completions.sex,
        completions.category,
        completions.partner_id,
        coalesce(completions.province_of_duty, 'unknown') as province_of_duty,
        coalesce(completions.province_of_training, 'unknown') as province_of_training,
        coalesce(cast(extract(year from completions.held_on) as {{ dbt.type_string() }}), 'unknown') as period,
        categories.is_officer,
        completions.registered,
        {{ reached('completions') }} as reached,
        completions.completed
    from completions
    inner join officers on completions.officer_key = officers.officer_key
    inner join categories on completions.category = categories.category
    inner join events
        on
            completions.partner_id = events.partner_id
            and completions.programme_id = events.programme_id
            and completions.event_id = events.event_id
),

{% for grouping in groupings %}
    {{ grouping.cte }} as (
        {{ count_people(grouping, dimensions) }}
    ),

{% endfor %}

cells as (
    {% for grouping in groupings %}
        select * from {{ grouping.cte }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

bases as (
    select 'duty' as province_basis
    union all
    select 'training' as province_basis
),

final as (
    {% for population in ['all', 'officers'] %}
        select
            cells.grouping_level,
            bases.province_basis,
            '{{ population }}' as population,
            {% for dimension in dimensions %}
                cells.{{ dimension }},
            {% endfor %}
            {% for count in people_counts() %}
                cells.{{ count }}_{{ population }} as {{ count }},
            {% endfor %}
            false as is_additive
        from cells
        inner join bases on cells.counted_basis in (bases.province_basis, 'either')
        {% if population == 'officers' %}
            where
                cells.grouping_level = 'total'
                or cells.persons_registered_officers + cells.completions_officers + cells.undecided_officers > 0
        {% else %}
            union all
        {% endif %}
    {% endfor %}
)

select * from final
