{%- set dimensions = ['province_code', 'module_id', 'sex', 'category', 'partner_id', 'period'] -%}
{%- set cell = 'grouping_level, counted_basis, ' ~ dimensions | join(', ') -%}
{%- set counts = [
    'persons_registered', 'persons_reached', 'persons_trained', 'person_trainings', 'completions', 'undecided'
] -%}
{%- set bounds = bounded_counts() -%}
{%- set differences = bounds | map(attribute='name') | list -%}
{%- set parts = {
    'persons': counts[:3], 'trainings': counts[3:4], 'completed': counts[3:], 'bound_differences': differences
} -%}
{%- set columns = [] -%}
{%- for population in ['all', 'officers'] -%}
    {%- for count in counts + differences %}{% do columns.append(count ~ '_' ~ population) %}{% endfor -%}
{%- endfor -%}

-- Distinct people cannot be added up, so every grouping is counted for itself, always from the same rows. Numbers and
-- bits stand for keys and flags, because there are millions of rows and thirty groupings. Persons, trainings,
-- completions and bounds of a cell are counted apart, each null where another is counted.
with completions as (
    {{ counted_completions() }}
),

{{ number_dimensions('completions') }},

persons as (
    {{ count_persons('numbered', dimensions) }}
),

trainings as (
    {{ count_trainings('numbered', dimensions) }}
),

finest as (
    {{ count_finest('numbered') }}
),

completed as (
    {{ add_completions('finest', dimensions) }}
),

bound_differences as (
    {{ count_bounds(ref('int_bound_completion'), dimensions) }}
),

parts as (
    {% for part, held in parts.items() %}
        select
            {{ part }}.grouping_level,
            {{ part }}.counted_basis,
            {% for dimension in dimensions %}
                {{ part ~ '.' ~ dimension if part == 'bound_differences' else dimension ~ '_values.dimension_value as ' ~ dimension }},
            {% endfor %}
            {% for population in ['all', 'officers'] %}{% set last = loop.last %}
                {% for count in counts + differences %}
                    {%- set column = count ~ '_' ~ population %}
                    {{ (part ~ '.' ~ column) if count in held else 'cast(null as bigint) as ' ~ column }}
                    {{- ',' if not (last and loop.last) }}
                {% endfor %}
            {% endfor %}
        from {{ part }}
        {% for dimension in dimensions if part != 'bound_differences' %}
            left join dimension_values as {{ dimension }}_values
                on {{ part }}.{{ dimension }} = {{ dimension }}_values.value_number
        {% endfor %}
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

cells as (
    select
        {{ cell }},
        {% for column in columns %}
            coalesce(cast(sum({{ column }}) as bigint), 0) as {{ column }}{{ ',' if not loop.last }}
        {% endfor %}
    from parts
    group by {{ cell }}
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
            {% for count in counts %}
                cells.{{ count }}_{{ population }} as {{ count }},
            {% endfor %}
            {% for bound in bounds %}
                cells.{{ bound.of }}_{{ population }} + cells.{{ bound.name }}_{{ population }} as {{ bound.name }},
            {% endfor %}
            false as is_additive
        from cells
        inner join bases on cells.counted_basis in (bases.province_basis, 'either')
        where
            cells.grouping_level = 'total'
            or cells.persons_registered_{{ population }} > 0
            or cells.completions_{{ population }} > 0
            or cells.undecided_{{ population }} > 0
        {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from final
