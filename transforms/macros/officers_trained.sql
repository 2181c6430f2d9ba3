{#-
  The persons in each cell of every grouping: first one row per person and cell, then one row per cell. Only what
  cannot be added up is counted this way, as it takes a row for each person.
-#}
{% macro count_persons(relation, dimensions) %}
    {%- for grouping in officers_trained_groupings(true) + officers_trained_groupings(false) -%}
        {%- set keys = row_keys(grouping) %}
        select
            {{ cell_columns(grouping, dimensions, 'integer') }}
            {% for population in ['all', 'officers'] %}{% set last = loop.last %}
                {%- set bits = counted_bits(population) %}
                {% for count in ['registered', 'reached', 'trained'] %}
                    count(case when (bits & {{ bits[count] }}) > 0 then 1 end) as persons_{{ count }}_{{ population }}
                    {{- ',' if not (last and loop.last) }}
                {% endfor %}
            {% endfor %}
        from (
            select
                {% for key in keys %}{{ key }} as {{ grouping.columns[loop.index0] }}, {% endfor %}
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
            {{ cell_columns(grouping, dimensions, 'integer') }}
            {% for population in ['all', 'officers'] %}
                count(case when (bits & {{ counted_bits(population).trained }}) > 0 then 1 end)
                    as person_trainings_{{ population }}{{ ',' if not loop.last }}
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


{#- What can be added up, for each of the finest cells: officer × event × module completed or undecided. -#}
{% macro count_finest(relation) %}
    select
        counted_province_of_duty, counted_province_of_training, module_id, sex, category, partner_id, period,
        {% for population in ['all', 'officers'] %}
            {%- set bits = counted_bits(population) %}
            count(case when (bits & {{ bits.trained }}) > 0 then 1 end) as completions_{{ population }},
            count(case when (bits & {{ bits.undecided }}) > 0 then 1 end) as undecided_{{ population }}
            {{- ',' if not loop.last }}
        {% endfor %}
    from {{ relation }}
    group by counted_province_of_duty, counted_province_of_training, module_id, sex, category, partner_id, period
{% endmacro %}


{#- The same in each cell of every grouping. Within a module a person's training of an event is one completion. -#}
{% macro add_completions(relation, dimensions) %}
    {%- for grouping in officers_trained_groupings(true) + officers_trained_groupings(false) -%}
        {%- set keys = row_keys(grouping) %}
        select
            {{ cell_columns(grouping, dimensions, 'integer') | replace('province_code as', 'counted_province_of_' ~ grouping.basis ~ ' as') }}
            {% for population in ['all', 'officers'] %}
                {{ 'sum(completions_' ~ population ~ ')' if 'module_id' in grouping.columns else 0 }}
                    as person_trainings_{{ population }},
                sum(completions_{{ population }}) as completions_{{ population }},
                sum(undecided_{{ population }}) as undecided_{{ population }}
                {{- ',' if not loop.last }}
            {% endfor %}
        from {{ relation }}
        {% if keys %}group by {{ keys | join(', ') }}{% endif %}
        {{ 'union all' if not loop.last }}
    {% endfor -%}
{% endmacro %}
