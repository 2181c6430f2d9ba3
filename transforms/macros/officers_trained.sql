{#- The groupings readers may ask for. Distinct people cannot be derived from finer cells, so each is listed. -#}
{% macro officers_trained_groupings() %}
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
    {%- for level in levels -%}
        {%- set keys = [] -%}
        {%- for name in level -%}{%- do keys.append(columns[name]) -%}{%- endfor -%}
        {#- without a province both bases give the same cells: counted once, shown under both -#}
        {%- for basis in (['duty', 'training'] if 'province' in level else ['either']) -%}
            {%- do groupings.append({
                'name': level | join(' × ') or 'total',
                'columns': keys,
                'basis': basis,
                'cte': 'by_' ~ (level | join('_') or 'total') ~ '_' ~ basis,
            }) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(groupings) }}
{% endmacro %}


{% macro people_counts() %}
    {{ return([
        'persons_registered', 'persons_reached', 'persons_trained', 'person_trainings', 'completions', 'undecided'
    ]) }}
{% endmacro %}


{#- One grouping counted from `counted`, for everybody and for officers, in three steps without a sort. -#}
{% macro count_people(grouping, dimensions) %}
    {%- set keys = grouping.columns -%}
    {%- set by = (keys | join(', ') ~ ', ') if keys else '' -%}
    {%- set measures = people_counts() -%}
    select
        '{{ grouping.name }}' as grouping_level,
        '{{ grouping.basis }}' as counted_basis,
        {% for dimension in dimensions %}
            {{ dimension if dimension in keys else 'cast(null as ' ~ dbt.type_string() ~ ')' }}
            as {{ dimension }},
        {% endfor %}
        {% for population in ['all', 'officers'] %}
            count(case when registered_{{ population }} > 0 then 1 end) as persons_registered_{{ population }},
            count(case when reached_{{ population }} > 0 then 1 end) as persons_reached_{{ population }},
            count(case when trainings_{{ population }} > 0 then 1 end) as persons_trained_{{ population }},
            cast(coalesce(sum(trainings_{{ population }}), 0) as bigint) as person_trainings_{{ population }},
            cast(coalesce(sum(completions_{{ population }}), 0) as bigint) as completions_{{ population }},
            cast(coalesce(sum(undecided_{{ population }}), 0) as bigint) as undecided_{{ population }}
            {{- ',' if not loop.last }}
        {% endfor %}
    from (
        select
            {{ by }}officer_number,
            {% for population in ['all', 'officers'] %}
                sum(registered_{{ population }}) as registered_{{ population }},
                sum(reached_{{ population }}) as reached_{{ population }},
                count(case when completions_{{ population }} > 0 then 1 end) as trainings_{{ population }},
                sum(completions_{{ population }}) as completions_{{ population }},
                sum(undecided_{{ population }}) as undecided_{{ population }}{{ ',' if not loop.last }}
            {% endfor %}
        from (
            select
                {% for key in keys %}
                    {{ 'province_of_' ~ grouping.basis ~ ' as province_code' if key == 'province_code' else key }},
                {% endfor %}
                officer_number,
                event_number,
                {% for population, counts in [('all', 'true'), ('officers', 'is_officer')] %}
                    count(case when {{ counts }} and registered then 1 end) as registered_{{ population }},
                    count(case when {{ counts }} and reached then 1 end) as reached_{{ population }},
                    count(case when {{ counts }} and completed then 1 end) as completions_{{ population }},
                    count(case when {{ counts }} and completed is null then 1 end) as undecided_{{ population }}
                    {{- ',' if not loop.last }}
                {% endfor %}
            from counted
            group by {% for key in keys -%}
                {{ 'province_of_' ~ grouping.basis if key == 'province_code' else key }},
            {%- endfor %} officer_number, event_number
        ) as per_event
        group by {{ by }}officer_number
    ) as per_person
    {% if keys %}group by {{ keys | join(', ') }}{% endif %}
{% endmacro %}
