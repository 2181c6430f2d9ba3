{#-
  A table, made in one statement. dbt's own way makes it beside the former one and swaps the two, in twice as many
  statements; every build starts with empty files (warehouse/transform), so there is nothing to swap.
-#}
{% materialization table, adapter="duckdb" %}
    {%- set former = load_cached_relation(this) -%}
    {%- set table = this.incorporate(type='table') -%}
    {%- if former is not none %}{% do adapter.drop_relation(former) %}{% endif -%}
    {%- call statement('main') -%}
        {{ create_table_as(false, table, compiled_code) }}
    {%- endcall -%}
    {%- do persist_docs(table, model) -%}
    {%- do adapter.commit() -%}
    {{ return({'relations': [table]}) }}
{% endmaterialization %}
