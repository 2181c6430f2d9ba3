{#-
  Tables and views made in one statement. dbt's own way makes them beside the former ones and swaps the two, in twice as
  many statements; every build starts with empty files (warehouse/transform), so there is nothing to swap.
-#}
{% materialization table, adapter="duckdb" %}
    {%- set table = make_way('table') -%}
    {%- call statement('main') -%}
        {{ create_table_as(false, table, compiled_code) }}
    {%- endcall -%}
    {%- do persist_docs(table, model) -%}
    {%- do adapter.commit() -%}
    {{ return({'relations': [table]}) }}
{% endmaterialization %}


{% materialization view, adapter="duckdb" %}
    {%- set view = make_way('view') -%}
    {%- call statement('main') -%}
        {{ create_view_as(view, compiled_code) }}
    {%- endcall -%}
    {%- do persist_docs(view, model) -%}
    {%- do adapter.commit() -%}
    {{ return({'relations': [view]}) }}
{% endmaterialization %}


{#- The relation to be made; one that a build by hand left there is dropped. -#}
{% macro make_way(type) %}
    {%- set former = load_cached_relation(this) -%}
    {%- if former is not none %}{% do adapter.drop_relation(former) %}{% endif -%}
    {{ return(this.incorporate(type=type)) }}
{% endmacro %}
