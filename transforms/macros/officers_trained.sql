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
