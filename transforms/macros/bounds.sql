{#- What a threshold other than the published one would count, as the difference from what it counts. -#}
{% macro bounded_counts() %}
    {%- set counts = [] -%}
    {%- for threshold in ['strict', 'lenient'] -%}
        {%- for what in ['reached', 'trained'] -%}
            {%- set of = 'persons_' ~ what -%}
            {%- do counts.append({'name': of ~ '_' ~ threshold, 'of': of, 'threshold': threshold, 'flag': 'was_' ~ what}) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(counts) }}
{% endmacro %}


{#- The difference in persons between a threshold and the published one, over rows of int_bound_completion. -#}
{% macro bound_difference(count, condition='true') -%}
    count(distinct case when threshold = '{{ count.threshold }}' and {{ count.flag }} and {{ condition }} then person_number end)
    - count(distinct case when threshold = 'published' and {{ count.flag }} and {{ condition }} then person_number end)
{%- endmacro %}


{#- These differences in each cell of every grouping. -#}
{% macro count_bounds(relation, dimensions) %}
    {%- for grouping in officers_trained_groupings(true) + officers_trained_groupings(false) -%}
        {%- set keys = row_keys(grouping) %}
        select
            {{ cell_columns(grouping, dimensions) | replace('province_code as', 'counted_province_of_' ~ grouping.basis ~ ' as') }}
            {% for population, condition in [('all', 'true'), ('officers', 'is_officer')] %}{% set last = loop.last %}
                {% for count in bounded_counts() %}
                    {{ bound_difference(count, condition) }} as {{ count.name }}_{{ population }}
                    {{- ',' if not (last and loop.last) }}
                {% endfor %}
            {% endfor %}
        from {{ relation }}
        {% if keys %}group by {{ keys | join(', ') }}{% endif %}
        {{ 'union all' if not loop.last }}
    {% endfor -%}
{% endmacro %}
