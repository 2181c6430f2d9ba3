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


{#- The keys of a grouping as the rows have them: the province is that of duty or of training. -#}
{% macro row_keys(grouping) %}
    {%- set keys = [] -%}
    {%- for key in grouping.columns -%}
        {%- do keys.append('counted_province_of_' ~ grouping.basis if key == 'province_code' else key) -%}
    {%- endfor -%}
    {{ return(keys) }}
{% endmacro %}


{#- The cell of a row; a dimension that is not counted by is null, of the type that the others have here. -#}
{% macro cell_columns(grouping, dimensions, type=dbt.type_string()) -%}
    '{{ grouping.name }}' as grouping_level,
    '{{ grouping.basis }}' as counted_basis,
    {% for dimension in dimensions %}
        {%- set known = dimension in grouping.columns %}
        {{ dimension if known else 'cast(null as ' ~ type ~ ')' }} as {{ dimension }},
    {% endfor %}
{%- endmacro %}
