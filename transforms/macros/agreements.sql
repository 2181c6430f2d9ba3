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
