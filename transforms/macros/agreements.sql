{#- What extracts for funders share: the dimensions of a figure, the cells it is counted in, the columns of an indicator. -#}

{#- The dimensions of a figure, in the order in which they stand everywhere. -#}
{% macro figure_dimensions() %}
    {{ return([
        'province_of_duty', 'province_of_training', 'module_id', 'topic', 'sex', 'category', 'unit_code', 'partner_id'
    ]) }}
{% endmacro %}


{#- An empty table of a parameter's columns: an extract puts the agreement's own in its place. -#}
{% macro parameter(columns) -%}
    select
        {% for name, type in columns.items() %}
            cast(null as {{ dbt.type_string() if type == 'string' else type }}) as {{ name }}{{ ',' if not loop.last }}
        {% endfor %}
    where false
{%- endmacro %}


{#- The columns of every indicator, from one relation that holds the cell; what is not named is null. -#}
{% macro figure(relation, value, numerator='null', denominator='null', not_met='null', undecided='null', persons='null',
                n_pre='null', n_post='null', n_matched='null') -%}
    {{ relation }}.reporting_window,
    {{ relation }}.grouping_name,
    {% for dimension in figure_dimensions() %}
        {{ relation }}.{{ dimension }},
    {% endfor %}
    cast({{ value }} as decimal(18, 4)) as value,
    cast({{ numerator }} as decimal(18, 4)) as numerator,
    cast({{ denominator }} as decimal(18, 4)) as denominator,
    cast({{ not_met }} as bigint) as not_met,
    cast({{ undecided }} as bigint) as undecided,
    cast({{ persons }} as bigint) as persons,
    cast({{ n_pre }} as bigint) as n_pre,
    cast({{ n_post }} as bigint) as n_post,
    cast({{ n_matched }} as bigint) as n_matched
{%- endmacro %}


{#- Two counts as a percentage, null where there is nothing to divide by. -#}
{% macro percentage(part, whole) -%}
    case when ({{ whole }}) > 0 then cast({{ part }} as decimal(18, 4)) * 100 / ({{ whole }}) end
{%- endmacro %}


{#- The number of the cell in which a grouping counts a row: the places of its dimensions, added up. -#}
{% macro cell_number(row, groupings) -%}
    {% for dimension in figure_dimensions() -%}
        case when {{ groupings }}.by_{{ dimension }} then {{ row }}.{{ dimension }}_place else 0 end
        {{- ' + ' if not loop.last }}
    {% endfor -%}
{%- endmacro %}


{#- What is true of a person in a window, packed into the bits of one number, so that `bit_or` carries it into cells. -#}
{% macro counted_flags() %}
    {{ return([
        'was_reached', 'was_perhaps_reached', 'was_met', 'was_undecided', 'was_not_met', 'is_first_of_span',
        'is_first_ever', 'is_female', 'is_male'
    ]) }}
{% endmacro %}

{% macro packed_flags(row) -%}
    {% for flag in counted_flags() -%}
        {{ row }}.{{ flag }} * {{ 2 ** loop.index0 }}{{ ' + ' if not loop.last }}
    {%- endfor %}
{%- endmacro %}


{#- Whether the flags of a number are these: names of those that must be set, and of those that must not. -#}
{% macro flags_are(bits, having, lacking=()) -%}
    {%- set wanted, looked_at = [0], [0] -%}
    {%- for flag in counted_flags() -%}
        {%- if flag in having %}{% do wanted.append(2 ** loop.index0) %}{% endif -%}
        {%- if flag in having or flag in lacking %}{% do looked_at.append(2 ** loop.index0) %}{% endif -%}
    {%- endfor -%}
    ({{ bits }} & {{ looked_at | sum }}) = {{ wanted | sum }}
{%- endmacro %}


{#- Which persons of a cell are counted as what: flags that are set, flags that are not. -#}
{% macro counts_of_persons() %}
    {%- set trained = ['was_met', 'is_first_of_span'] -%}
    {{ return({
        'persons_reached': (['was_reached'], []),
        'persons_perhaps_reached': (['was_perhaps_reached'], ['was_reached']),
        'persons_not_reached': ([], ['was_reached', 'was_perhaps_reached']),
        'persons_met': (['was_met'], []),
        'persons_trained': (trained, []),
        'persons_undecided': (['was_undecided', 'is_first_of_span'], ['was_met']),
        'persons_not_trained': (['was_not_met', 'is_first_of_span'], ['was_met', 'was_undecided']),
        'persons_new': (['was_met', 'is_first_ever'], []),
        'persons_new_undecided': (['was_undecided', 'is_first_ever'], ['was_met']),
        'persons_not_new': (['was_not_met', 'is_first_ever'], ['was_met', 'was_undecided']),
        'women_trained': (trained + ['is_female'], []),
        'men_trained': (trained + ['is_male'], []),
    }) }}
{% endmacro %}


{#- The condition that joins what is counted in cells to the cells. -#}
{% macro same_cell(left, right) -%}
    {{ left }}.window_number = {{ right }}.window_number
    and {{ left }}.grouping_number = {{ right }}.grouping_number
    and {{ left }}.cell_number = {{ right }}.cell_number
{%- endmacro %}
