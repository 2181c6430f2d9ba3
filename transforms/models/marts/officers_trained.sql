{%- set dimensions = ['province_code', 'module_id', 'sex', 'category', 'partner_id', 'period'] -%}
{%- set completions = ref('int_module_completion') -%}
{%- set counts = [
    'persons_registered', 'persons_reached', 'persons_trained', 'person_trainings', 'completions', 'undecided'
] -%}

-- Distinct people cannot be added up, so every grouping is counted for itself, always from the same rows. Numbers and
-- bits stand for keys and flags, because there are millions of rows and thirty groupings.
with within_modules as (
    {{ count_persons(completions, dimensions, with_module=true) }}
),

persons_across as (
    {{ count_persons(completions, dimensions, with_module=false) }}
),

trainings_across as (
    {{ count_trainings(completions, dimensions) }}
),

both_across as (
    select * from persons_across
    union all
    select * from trainings_across
),

-- Persons and trainings of a cell are counted apart, each zero where the other is counted.
cells as (
    select * from within_modules
    union all
    select
        grouping_level, counted_basis, {{ dimensions | join(', ') }},
        {% for population in ['all', 'officers'] %}{% set last = loop.last %}
            {% for count in counts %}
                max({{ count }}_{{ population }}) as {{ count }}_{{ population }}{{ ',' if not (last and loop.last) }}
            {% endfor %}
        {% endfor %}
    from both_across
    group by grouping_level, counted_basis, {{ dimensions | join(', ') }}
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
                cast(cells.{{ count }}_{{ population }} as bigint) as {{ count }},
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
