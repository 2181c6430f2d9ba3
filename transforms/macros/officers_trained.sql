{#- The groupings readers may ask for. Distinct people cannot be derived from finer cells, so each is listed. -#}
{% macro officers_trained_groupings(without=none) %}
    {%- set levels = [
        [], ['province'], ['module'], ['sex'], ['category'], ['partner'], ['period'],
        ['province', 'module'], ['province', 'sex'], ['province', 'category'], ['province', 'partner'],
        ['province', 'period'], ['module', 'sex'], ['module', 'category'], ['module', 'partner'], ['module', 'period'],
        ['partner', 'period'], ['province', 'module', 'period'], ['province', 'module', 'category'],
        ['province', 'module', 'sex', 'category', 'partner', 'period'],
    ] -%}
    {%- set columns = {
        'province': 'province_code', 'module': 'module_id', 'sex': 'sex', 'category': 'category',
        'partner': 'partner_id', 'period': 'period',
    } -%}
    {%- set groupings = [] -%}
    {%- for level in levels if without not in level -%}
        {%- set keys = [] -%}
        {%- for name in level -%}{%- do keys.append(columns[name]) -%}{%- endfor -%}
        {#- without a province both bases give the same cells: counted once, shown under both -#}
        {%- for basis in (['duty', 'training'] if 'province' in level else ['either']) -%}
            {%- do groupings.append({'name': level | join('_') or 'total', 'columns': keys, 'basis': basis}) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(groupings) }}
{% endmacro %}


{#-
  What is true of a row, packed into the bits of one number, so that `bit_or` carries it up to a person or a
  training. Each count is the number of units (persons, trainings, rows) that have its bit.
-#}
{% macro counted_bits() %}
    {{ return({
        'persons': {
            'persons_registered_all': 1, 'persons_reached_all': 2, 'persons_trained_all': 4,
            'persons_registered_officers': 8, 'persons_reached_officers': 16, 'persons_trained_officers': 32,
        },
        'trainings': {'person_trainings_all': 4, 'person_trainings_officers': 32},
        'rows': {'completions_all': 4, 'undecided_all': 64, 'completions_officers': 32, 'undecided_officers': 128},
    }) }}
{% endmacro %}


{#- The bits of one row of officer × event × module; `officers` are the persons whose category counts as one. -#}
{% macro counted_bits_of(row) -%}
    {%- for population, counts in [('all', 'true'), ('officers', row ~ '.is_officer')] -%}
        {%- set shift = 8 if population == 'officers' else 1 -%}
        case when {{ counts }} and {{ row }}.registered then {{ 1 * shift }} else 0 end
        + case when {{ counts }} and {{ reached(row) }} then {{ 2 * shift }} else 0 end
        + case when {{ counts }} and {{ row }}.completed then {{ 4 * shift }} else 0 end
        + case when {{ counts }} and {{ row }}.completed is null then {{ 128 if shift == 8 else 64 }} else 0 end
        {{- ' + ' if not loop.last }}
    {%- endfor %}
{%- endmacro %}


{% macro people_counts() %}
    {{ return([
        'persons_registered', 'persons_reached', 'persons_trained', 'person_trainings', 'completions', 'undecided'
    ]) }}
{% endmacro %}


{#-
  The cells of every grouping, each unit counted once per cell; `unit` is the column that tells units apart.
  Within one module a person's training of an event is a single row, so only the other groupings need to look for
  distinct trainings.
-#}
{% macro count_cells(relation, units, unit, dimensions) %}
    {%- set bits = counted_bits()[units] -%}
    {%- set trainings = counted_bits()['trainings'] -%}
    {%- for grouping in officers_trained_groupings(without='module' if units == 'trainings') -%}
        {%- set keys = grouping.columns -%}
        {%- set by = (keys | join(', ') ~ ', ') if keys else '' -%}
        {%- set place = 'province_of_' ~ grouping.basis %}
        select
            '{{ grouping.name }}' as grouping_level,
            '{{ grouping.basis }}' as counted_basis,
            {% for dimension in dimensions %}
                {{ dimension if dimension in keys else 'cast(null as ' ~ dbt.type_string() ~ ')' }} as {{ dimension }},
            {% endfor %}
            {% for population in ['all', 'officers'] %}{% for count in people_counts() %}
                {%- set name = count ~ '_' ~ population %}
                {% if name in bits or (units == 'rows' and 'module_id' in keys and name in trainings) %}
                    count(case when (bits & {{ bits.get(name, trainings.get(name)) }}) > 0 then 1 end) as {{ name }},
                {% else %}
                    cast(0 as bigint) as {{ name }},
                {% endif %}
            {% endfor %}{% endfor %}
            '{{ units }}' as counted_units
        from (
            select {{ by | replace('province_code', place ~ ' as province_code') }}
                {% if unit %}
                    bit_or(bits) as bits
                    from {{ relation }}
                    group by {{ by | replace('province_code', place) }}{{ unit }}
                {% else %}
                    bits
                    from {{ relation }}
                {% endif %}
        ) as units
        {% if keys %}group by {{ keys | join(', ') }}{% endif %}
        {{ 'union all' if not loop.last }}
    {% endfor -%}
{% endmacro %}
