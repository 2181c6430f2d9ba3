{#- What extracts for funders share: the dimensions of a figure, the rule of an agreement, the columns of an indicator. -#}

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


{#-
  Whether the agreement's share was attended: true, false or null (undecided). Whole numbers and decimals are
  multiplied and compared, never divided, so 4 of 5 sessions is exactly four fifths. False only when even what is
  unknown, counted as attended, could not reach the share.
-#}
{% macro share_attended(attended, unknown, planned, rule) -%}
    case
        when coalesce({{ planned }}, 0) <= 0 then cast(null as boolean)
        when {{ attended }} * {{ rule }}.share_denominator > {{ planned }} * {{ rule }}.share_numerator then true
        when
            {{ rule }}.share_is_inclusive
            and {{ attended }} * {{ rule }}.share_denominator = {{ planned }} * {{ rule }}.share_numerator
            then true
        when
            ({{ attended }} + {{ unknown }}) * {{ rule }}.share_denominator < {{ planned }} * {{ rule }}.share_numerator
            then false
        when
            not {{ rule }}.share_is_inclusive
            and ({{ attended }} + {{ unknown }}) * {{ rule }}.share_denominator
            = {{ planned }} * {{ rule }}.share_numerator
            then false
    end
{%- endmacro %}


{#- Whether the contact hours the agreement asks for were attended: true, false or null (undecided). -#}
{% macro hours_suffice(attended, unknown, rule) -%}
    case
        when {{ rule }}.minimum_hours is null then true
        when {{ attended }} >= {{ rule }}.minimum_hours then true
        when {{ attended }} + {{ unknown }} < {{ rule }}.minimum_hours then false
    end
{%- endmacro %}


{#-
  Whether the assessment the agreement asks for was taken, or passed. Without a result the answer is no where others
  of the same module delivery have one, and undecided where none was sent: the paper may still arrive.
-#}
{% macro assessment_suffices(row, was_assessed, rule) -%}
    case
        when {{ rule }}.assessment = 'none' then true
        when {{ row }}.post_score is null then case when {{ was_assessed }} then false end
        when {{ rule }}.assessment = 'attempted' then true
        when {{ row }}.post_maximum > 0
            then {{ row }}.post_score * 100 >= {{ row }}.post_maximum * {{ rule }}.pass_mark_percent
    end
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


{#- What is summed up of the persons of a cell, by name. -#}
{% macro counts_of_persons() %}
    {{ return({
        'persons_reached': 'was_reached = 1',
        'persons_perhaps_reached': 'was_reached = 0 and was_perhaps_reached = 1',
        'persons_not_reached': 'was_reached = 0 and was_perhaps_reached = 0',
        'persons_met': 'modules_met > 0',
        'persons_trained': 'modules_met > 0 and is_first_of_span = 1',
        'persons_undecided': 'modules_met = 0 and modules_undecided > 0 and is_first_of_span = 1',
        'persons_not_trained': 'modules_met = 0 and modules_undecided = 0 and modules_not_met > 0 and is_first_of_span = 1',
        'persons_new': 'modules_met > 0 and is_first_ever = 1',
        'persons_new_undecided': 'modules_met = 0 and modules_undecided > 0 and is_first_ever = 1',
        'persons_not_new': 'modules_met = 0 and modules_undecided = 0 and modules_not_met > 0 and is_first_ever = 1',
        'women_trained': "modules_met > 0 and is_first_of_span = 1 and sex = 'female'",
        'men_trained': "modules_met > 0 and is_first_of_span = 1 and sex = 'male'",
        'persons_assessed_before': 'results_before > 0',
        'persons_assessed_after': 'results_after > 0',
        'persons_matched': 'results_matched > 0',
    }) }}
{% endmacro %}


{#- What is summed up of the trainings and modules of a cell: names of columns of cell_person. -#}
{% macro counts_of_trainings() %}
    {{ return([
        'trainings_met', 'trainings_undecided', 'trainings_not_met', 'modules_met', 'modules_undecided',
        'modules_not_met', 'modules_without_hours'
    ]) }}
{% endmacro %}
