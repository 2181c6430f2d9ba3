{#- The groupings readers may ask for. Distinct people cannot be derived from finer cells, so each is listed. -#}
{% macro officers_trained_groupings(with_module) %}
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
    {%- for level in levels if ('module' in level) == with_module -%}
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
  training. The officers' bit of a fact is eight times (or, undecided, twice) that of everybody.
-#}
{% macro counted_bits(population) %}
    {%- set bits = {'registered': 1, 'reached': 2, 'trained': 4, 'undecided': 64} -%}
    {%- if population == 'officers' -%}
        {%- set bits = {'registered': 8, 'reached': 16, 'trained': 32, 'undecided': 128} -%}
    {%- endif -%}
    {{ return(bits) }}
{% endmacro %}


{#- The bits of one row of officer × event × module; `officers` are the persons whose category counts as one. -#}
{% macro counted_bits_of(row) -%}
    {%- for population, counts in [('all', 'true'), ('officers', row ~ '.is_officer')] -%}
        {%- set bits = counted_bits(population) -%}
        case when {{ counts }} and {{ row }}.registered then {{ bits.registered }} else 0 end
        + case when {{ counts }} and {{ reached(row) }} then {{ bits.reached }} else 0 end
        + case when {{ counts }} and {{ row }}.completed then {{ bits.trained }} else 0 end
        + case when {{ counts }} and {{ row }}.completed is null then {{ bits.undecided }} else 0 end
        {{- ' + ' if not loop.last }}
    {%- endfor %}
{%- endmacro %}


{#- The keys of a grouping as the rows have them: the province is that of duty or of training. -#}
{% macro row_keys(grouping) %}
    {%- set keys = [] -%}
    {%- for key in grouping.columns -%}
        {%- do keys.append('counted_province_of_' ~ grouping.basis if key == 'province_code' else key) -%}
    {%- endfor -%}
    {{ return(keys) }}
{% endmacro %}


{% macro cell_columns(grouping, dimensions) -%}
    '{{ grouping.name }}' as grouping_level,
    '{{ grouping.basis }}' as counted_basis,
    {% for dimension in dimensions %}
        {%- set known = dimension in grouping.columns %}
        {{ dimension if known else 'cast(null as ' ~ dbt.type_string() ~ ')' }} as {{ dimension }},
    {% endfor %}
{%- endmacro %}


{#-
  The persons in each cell of every grouping: first one row per person and cell, then one row per cell. A person's
  training of an event is a single row within one module, so there the trainings are the completions.
-#}
{% macro count_persons(relation, dimensions, with_module) %}
    {%- for grouping in officers_trained_groupings(with_module) -%}
        {%- set keys = row_keys(grouping) %}
        select
            {{ cell_columns(grouping, dimensions) }}
            {% for population in ['all', 'officers'] %}
                {%- set bits = counted_bits(population) %}
                {% for count in ['registered', 'reached', 'trained'] %}
                    count(case when (bits & {{ bits[count] }}) > 0 then 1 end) as persons_{{ count }}_{{ population }},
                {% endfor %}
                {{ 'sum(completions_' ~ population ~ ')' if with_module else 0 }} as person_trainings_{{ population }},
                sum(completions_{{ population }}) as completions_{{ population }},
                sum(undecided_{{ population }}) as undecided_{{ population }}
                {{- ',' if not loop.last }}
            {% endfor %}
        from (
            select
                {% for key in keys %}{{ key }} as {{ grouping.columns[loop.index0] }}, {% endfor %}
                {% for population in ['all', 'officers'] %}
                    {%- set bits = counted_bits(population) %}
                    count(case when (bits & {{ bits.trained }}) > 0 then 1 end) as completions_{{ population }},
                    count(case when (bits & {{ bits.undecided }}) > 0 then 1 end) as undecided_{{ population }},
                {% endfor %}
                bit_or(bits) as bits
            from {{ relation }}
            group by {% for key in keys %}{{ key }}, {% endfor %}officer_number
        ) as persons
        {% if keys %}group by {{ grouping.columns | join(', ') }}{% endif %}
        {{ 'union all' if not loop.last }}
    {% endfor -%}
{% endmacro %}


{#- The trainings completed in each cell of the groupings without a module, however many modules each has. -#}
{% macro count_trainings(relation, dimensions) %}
    {%- for grouping in officers_trained_groupings(with_module=false) -%}
        {%- set keys = row_keys(grouping) %}
        select
            {{ cell_columns(grouping, dimensions) }}
            {% for population in ['all', 'officers'] %}
                {%- set trained = counted_bits(population).trained %}
                0 as persons_registered_{{ population }},
                0 as persons_reached_{{ population }},
                0 as persons_trained_{{ population }},
                count(case when (bits & {{ trained }}) > 0 then 1 end) as person_trainings_{{ population }},
                0 as completions_{{ population }},
                0 as undecided_{{ population }}
                {{- ',' if not loop.last }}
            {% endfor %}
        from (
            select
                {% for key in keys %}{{ key }} as {{ grouping.columns[loop.index0] }}, {% endfor %}
                bit_or(bits) as bits
            from {{ relation }}
            where (bits & {{ counted_bits('all').trained }}) > 0
            group by {% for key in keys %}{{ key }}, {% endfor %}training_number
        ) as trainings
        {% if keys %}group by {{ grouping.columns | join(', ') }}{% endif %}
        {{ 'union all' if not loop.last }}
    {% endfor -%}
{% endmacro %}


{#- What a threshold other than the published one would count, as the difference from what it counts. -#}
{% macro bounded_counts() %}
    {%- set counts = [] -%}
    {%- for threshold in ['strict', 'lenient'] -%}
        {%- for what in ['reached', 'trained'] -%}
            {%- set of = 'persons_' ~ what -%}
            {%- do counts.append({'name': of ~ '_' ~ threshold, 'of': of, 'threshold': threshold, 'flag': 'was_' ~ what}) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(counts) }}
{% endmacro %}


{#- The difference in persons between a threshold and the published one, over rows of int_bound_completion. -#}
{% macro bound_difference(count, condition='true') -%}
    count(distinct case when threshold = '{{ count.threshold }}' and {{ count.flag }} and {{ condition }} then person_number end)
    - count(distinct case when threshold = 'published' and {{ count.flag }} and {{ condition }} then person_number end)
{%- endmacro %}


{#- These differences in each cell of every grouping. -#}
{% macro count_bounds(relation, dimensions) %}
    {%- for grouping in officers_trained_groupings(true) + officers_trained_groupings(false) -%}
        {%- set keys = row_keys(grouping) %}
        select
            {{ cell_columns(grouping, dimensions) | replace('province_code as', 'counted_province_of_' ~ grouping.basis ~ ' as') }}
            {% for population, condition in [('all', 'true'), ('officers', 'is_officer')] %}{% set last = loop.last %}
                {% for count in bounded_counts() %}
                    {{ bound_difference(count, condition) }} as {{ count.name }}_{{ population }}
                    {{- ',' if not (last and loop.last) }}
                {% endfor %}
            {% endfor %}
        from {{ relation }}
        {% if keys %}group by {{ keys | join(', ') }}{% endif %}
        {{ 'union all' if not loop.last }}
    {% endfor -%}
{% endmacro %}
