{#-
  Everything that DuckDB and Spark spell differently. Models call these names only; a new engine is a new
  prefix here. Each macro is dispatched: `duckdb__` runs today, `spark__` over the same Parquet files.
-#}

{#- A value as another type, null where it cannot be (dbt's own safe_cast raises on DuckDB). -#}
{% macro try_cast(value, type) %}{{ return(adapter.dispatch('try_cast')(value, type)) }}{% endmacro %}
{% macro default__try_cast(value, type) %}try_cast({{ value }} as {{ type }}){% endmacro %}

{#- The instant of a time-zoned column as a plain UTC timestamp. -#}
{% macro utc_timestamp(column) %}{{ return(adapter.dispatch('utc_timestamp')(column)) }}{% endmacro %}
{% macro duckdb__utc_timestamp(column) %}cast(({{ column }}) at time zone 'UTC' as timestamp){% endmacro %}
{% macro spark__utc_timestamp(column) %}to_utc_timestamp({{ column }}, current_timezone()){% endmacro %}

{#- A 64-bit hash of several columns: it narrows a search, it never decides equality. -#}
{% macro row_hash(columns) %}{{ return(adapter.dispatch('row_hash')(columns)) }}{% endmacro %}
{% macro duckdb__row_hash(columns) %}hash({{ columns | join(', ') }}){% endmacro %}
{% macro spark__row_hash(columns) %}xxhash64({{ columns | join(', ') }}){% endmacro %}

{#- Distinct values in alphabetical order, joined with a comma. -#}
{% macro text_list(expression) %}{{ return(adapter.dispatch('text_list')(expression)) }}{% endmacro %}
{% macro duckdb__text_list(expression) -%}
    string_agg(distinct {{ expression }}, ', ' order by {{ expression }})
{%- endmacro %}
{% macro spark__text_list(expression) -%}
    array_join(array_sort(collect_set({{ expression }})), ', ')
{%- endmacro %}

{#- One row per day from first to last, both included; stands alone as a select item. -#}
{% macro each_day(first, last) %}{{ return(adapter.dispatch('each_day')(first, last)) }}{% endmacro %}
{% macro duckdb__each_day(first, last) -%}
    unnest(generate_series(cast({{ first }} as timestamp), cast({{ last }} as timestamp), interval 1 day))
{%- endmacro %}
{% macro spark__each_day(first, last) -%}
    explode(sequence({{ first }}, {{ last }}, interval 1 day))
{%- endmacro %}

{#- Whole days from one date to a later one. -#}
{% macro days_between(first, last) %}{{ return(adapter.dispatch('days_between')(first, last)) }}{% endmacro %}
{% macro duckdb__days_between(first, last) %}date_diff('day', {{ first }}, {{ last }}){% endmacro %}
{% macro spark__days_between(first, last) %}datediff({{ last }}, {{ first }}){% endmacro %}

{#- The value of the row, else the last one known before it in its partition. -#}
{% macro last_known(value, partition, order) -%}
    {{ return(adapter.dispatch('last_known')(value, partition, order)) }}
{%- endmacro %}
{% macro duckdb__last_known(value, partition, order) -%}
    last_value({{ value }} ignore nulls) over (
        partition by {{ partition }} order by {{ order }} rows between unbounded preceding and current row
    )
{%- endmacro %}
{% macro spark__last_known(value, partition, order) -%}
    last_value({{ value }}, true) over (
        partition by {{ partition }} order by {{ order }} rows between unbounded preceding and current row
    )
{%- endmacro %}

{#-
  A session as one bit of 61, so that sessions of one training can be or-ed: as many bits as rows prove that none stands
  twice. Fewer prove nothing: two may share a bit. By 38 none do of up to twenty sessions on three weeks' working days,
  one to four a day, numbered by day or throughout.
-#}
{% macro session_bit(day, number) %}{{ return(adapter.dispatch('session_bit')(day, number)) }}{% endmacro %}
{% macro duckdb__session_bit(day, number) -%}
    cast(1 as bigint) << cast({{ _bit_of_61(day, number) }} as integer)
{%- endmacro %}
{% macro spark__session_bit(day, number) -%}
    shiftleft(cast(1 as bigint), cast({{ _bit_of_61(day, number) }} as integer))
{%- endmacro %}
{% macro _bit_of_61(day, number) -%}
    abs({{ days_between("cast('1900-01-01' as date)", day) }} + 38 * cast({{ number }} as bigint)) % 61
{%- endmacro %}
