{%- set columns = {'grouping_number': 'integer', 'grouping_name': 'string', 'dimensions': 'integer'} -%}
{%- for dimension in figure_dimensions() -%}
    {%- do columns.update({'by_' ~ dimension: 'boolean'}) -%}
{%- endfor -%}

{{ parameter(columns) }}
