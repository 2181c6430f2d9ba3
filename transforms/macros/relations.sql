{#-
  Tables and views made in one statement, with what their columns mean. dbt's own way makes them beside the former ones
  and swaps the two, in several times as many statements; every build starts with empty files (warehouse/transform), so
  there is nothing to swap.
-#}
{% materialization table, adapter="duckdb" %}
    {%- set table = make_way('table') -%}
    {%- call statement('main') -%}
        {{ create_table_as(false, table, compiled_code) }}
        {{ described(table) }}
    {%- endcall -%}
    {%- do adapter.commit() -%}
    {{ return({'relations': [table]}) }}
{% endmaterialization %}


{% materialization view, adapter="duckdb" %}
    {%- set view = make_way('view') -%}
    {%- call statement('main') -%}
        {{ create_view_as(view, compiled_code) }}
        {{ described(view) }}
    {%- endcall -%}
    {%- do adapter.commit() -%}
    {{ return({'relations': [view]}) }}
{% endmaterialization %}


{#- The relation to be made; one that a build by hand left there is dropped. -#}
{% macro make_way(type) %}
    {%- set former = load_cached_relation(this) -%}
    {%- if former is not none %}{% do adapter.drop_relation(former) %}{% endif -%}
    {{ return(this.incorporate(type=type)) }}
{% endmacro %}


{#- What its .yml says of a relation and its columns, as comments; the contract holds that all of them are there. -#}
{% macro described(relation) %}
    {%- if config.persist_relation_docs() %}
        comment on {{ relation.type }} {{ relation }} is {{ duckdb_escape_comment(model.description) }};
    {%- endif %}
    {%- if config.persist_column_docs() %}
        {%- for column in model.columns.values() %}
            comment on column {{ relation }}."{{ column.name }}" is {{ duckdb_escape_comment(column.description) }};
        {%- endfor %}
    {%- endif %}
{% endmacro %}
