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


{#- The rows that are counted, by what they are counted by: the fact, with the numbers of its officers and events. -#}
{% macro counted_completions() -%}
    select
        officers.officer_number,
        officers.officer_number * 4294967296 + events.event_number as training_number,
        coalesce(facts.province_of_duty, 'unknown') as counted_province_of_duty,
        coalesce(facts.province_of_training, 'unknown') as counted_province_of_training,
        facts.module_id,
        facts.sex,
        facts.category,
        facts.partner_id,
        coalesce(cast(extract(year from facts.held_on) as {{ dbt.type_string() }}), 'unknown') as period,
        {{ counted_bits_of('facts') }} as bits
    from {{ ref('fct_module_completion') }} as facts
    inner join {{ ref('int_officer') }} as officers on facts.officer_key = officers.officer_key
    inner join {{ ref('int_event') }} as events
        on
            facts.partner_id = events.partner_id
            and facts.programme_id = events.programme_id
            and facts.event_id = events.event_id
{%- endmacro %}


{#-
  Two queries: `dimension_values`, a number for each value that cells are made of, and `numbered`, the rows with
  these numbers in place of texts: millions of rows are grouped thirty times.
-#}
{% macro number_dimensions(relation) %}
    {%- set columns = {
        'counted_province_of_duty': 'province_code', 'counted_province_of_training': 'province_code',
        'module_id': 'module_id', 'sex': 'sex', 'category': 'category', 'partner_id': 'partner_id', 'period': 'period',
    } -%}
    dimension_values as (
        select
            dimension,
            dimension_value,
            cast(row_number() over (order by dimension, dimension_value) as integer) as value_number
        from (
            {% for column, dimension in columns.items() %}
                select distinct
                    '{{ dimension }}' as dimension,
                    {{ column }} as dimension_value
                from {{ relation }}
                {{ 'union distinct' if not loop.last }}
            {% endfor %}
        ) as seen
    ),

    numbered as (
        select
            cast(counted.officer_number as integer) as officer_number,
            counted.training_number,
            {% for column in columns %}
                {{ column }}_values.value_number as {{ column }},
            {% endfor %}
            counted.bits
        from {{ relation }} as counted
        {% for column, dimension in columns.items() %}
            inner join dimension_values as {{ column }}_values
                on
                    counted.{{ column }} = {{ column }}_values.dimension_value
                    and {{ column }}_values.dimension = '{{ dimension }}'
        {% endfor %}
    )
{%- endmacro %}
