{%- set dimensions = ['province_code', 'module_id', 'sex', 'category', 'partner_id', 'period'] -%}

-- Distinct people cannot be added up, so every grouping is counted for itself, always from the same rows:
-- first once per person (or training) and cell, then per cell. Numbers and bits stand for keys and flags, because
-- there are millions of rows and thirty groupings.
with counted as (
    select
        officer_number,
        training_number,
        module_id,
        sex,
        category,
        partner_id,
        coalesce(province_of_duty, 'unknown') as province_of_duty,
        coalesce(province_of_training, 'unknown') as province_of_training,
        coalesce(cast(extract(year from held_on) as {{ dbt.type_string() }}), 'unknown') as period,
        bits
    from {{ ref('int_module_completion') }}
),

trained as (
    select * from counted
    where (bits & {{ counted_bits()['trainings']['person_trainings_all'] }}) > 0
),

cells as (
    {{ count_cells('counted', 'persons', 'officer_number', dimensions) }}
    union all
    {{ count_cells('trained', 'trainings', 'training_number', dimensions) }}
    union all
    {{ count_cells('counted', 'rows', none, dimensions) }}
),

bases as (
    select 'duty' as province_basis
    union all
    select 'training' as province_basis
),

-- Each count comes from one kind of unit only and is zero in the others, so the largest is the count.
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
                max(cells.{{ count }}_{{ population }}) as {{ count }},
            {% endfor %}
            false as is_additive
        from cells
        inner join bases on cells.counted_basis in (bases.province_basis, 'either')
        group by
            cells.grouping_level, bases.province_basis
            {%- for dimension in dimensions %}, cells.{{ dimension }}{% endfor %}
        {% if population == 'officers' %}
            having
                cells.grouping_level = 'total'
                or max(cells.persons_registered_officers + cells.completions_officers + cells.undecided_officers) > 0
        {% else %}
            union all
        {% endif %}
    {% endfor %}
)

select * from final
