{#- The counting rules, each in one place. -#}

{#- The day the figures are for: the caller's, never the clock's. -#}
{% macro as_of() %}cast('{{ var("as_of") }}' as date){% endmacro %}

{#- The day that it was in Cambodia at a UTC timestamp: seven hours ahead, all year round. -#}
{% macro day_here(timestamp) %}cast({{ dbt.dateadd('hour', 7, timestamp) }} as date){% endmacro %}

{#- True for rows that count as attendance of at least one session. -#}
{% macro reached(relation) %}{{ relation }}.sessions_attended > 0{% endmacro %}

{#-
  Completed: true, false or null (undecided). Integers are compared, so 4 of 5 sessions is exactly four fifths.
  False only when even every unknown session, counted as attended, could not reach the share.
-#}
{% macro completed(attended, unknown, planned) -%}
    {%- set numerator = var('completion_numerator') | int -%}
    {%- set denominator = var('completion_denominator') | int -%}
    {%- set inclusive = var('completion_inclusive') | string | lower == 'true' -%}
    case
        when coalesce({{ planned }}, 0) <= 0 then cast(null as boolean)
        when {{ attended }} * {{ denominator }} {{ '>=' if inclusive else '>' }} {{ planned }} * {{ numerator }} then true
        when ({{ attended }} + {{ unknown }}) * {{ denominator }}
            {{ '<' if inclusive else '<=' }} {{ planned }} * {{ numerator }} then false
    end
{%- endmacro %}

{#-
  The module a row of an event is about: the one it names; else the only one its event has; else `unspecified`
  when the event names none. Null when the event has several: the row is about the event as a whole.
-#}
{% macro resolved_module(row, event) -%}
    case
        when {{ row }}.module_id is not null then {{ row }}.module_id
        when {{ event }}.module_count = 1 then {{ event }}.only_module_id
        when {{ event }}.module_count = 0 then 'unspecified'
    end
{%- endmacro %}

{#-
  The latest known value of a column, in plain SQL: `max(dated(number, day))` finds it, `undated` unpacks its number,
  yyyymmdd00000 + number. Numbers are those of int_described_value, in alphabetical order: it decides between values
  seen on the same day, so the answer never depends on row order; and millions of numbers are compared faster than texts.
-#}
{% macro dated(number, day) -%}
    coalesce(extract(year from {{ day }}) * 10000 + extract(month from {{ day }}) * 100 + extract(day from {{ day }}), 0) * 100000
    + {{ number }}
{%- endmacro %}
{% macro undated(packed) %}{{ packed }} % 100000{% endmacro %}

{#- The same of texts, where there are few rows. -#}
{% macro dated_text(value, day) -%}
    case
        when {{ value }} <> 'unknown' then concat(coalesce(cast({{ day }} as {{ dbt.type_string() }}), '0000-00-00'), {{ value }})
    end
{%- endmacro %}
{% macro undated_text(packed) %}substr({{ packed }}, 11){% endmacro %}

{#- What a row says of the person and the place, which may change from row to row. -#}
{% macro described_columns() %}
    {{ return(['category', 'sex', 'rank_code', 'unit_code', 'province_of_duty', 'province_of_training']) }}
{% endmacro %}

{#- Joins that put values in place of numbers, and the other way round: `column`_values for each column. -#}
{% macro join_values(relation, columns, by_number) -%}
    {%- for column in columns %}
        left join described_values as {{ column }}_values
            on
                {{ undated(relation ~ '.dated_' ~ column) if by_number else relation ~ '.' ~ column }}
                = {{ column }}_values.{{ 'value_number' if by_number else 'described_value' }}
    {%- endfor %}
{%- endmacro %}
