{#- An agreement's rule of who counts as trained. Its parts are columns of models/agreements/agreement_rule. -#}

{#-
  Whether the agreement's share was attended: true, false or null (undecided). Whole numbers and decimals are
  multiplied and compared, never divided, so 4 of 5 sessions is exactly four fifths. False only when even what is
  unknown, counted as attended, could not reach the share.
-#}
{% macro share_attended(attended, unknown, planned) -%}
    case
        when coalesce({{ planned }}, 0) <= 0 then cast(null as boolean)
        when {{ attended }} * rule.share_denominator > {{ planned }} * rule.share_numerator then true
        when
            rule.share_is_inclusive and {{ attended }} * rule.share_denominator = {{ planned }} * rule.share_numerator
            then true
        when ({{ attended }} + {{ unknown }}) * rule.share_denominator < {{ planned }} * rule.share_numerator then false
        when
            not rule.share_is_inclusive
            and ({{ attended }} + {{ unknown }}) * rule.share_denominator = {{ planned }} * rule.share_numerator
            then false
    end
{%- endmacro %}


{#- Whether the contact hours the agreement asks for were attended: true, false or null (undecided). -#}
{% macro hours_suffice(attended, unknown) -%}
    case
        when rule.minimum_hours is null then true
        when {{ attended }} >= rule.minimum_hours then true
        when {{ attended }} + {{ unknown }} < rule.minimum_hours then false
    end
{%- endmacro %}


{#-
  Whether the assessment the agreement asks for was taken, or passed. Without a result the answer is no where others
  of the same module delivery have one, and undecided where none was sent: the papers may still arrive.
-#}
{% macro assessment_suffices(row) -%}
    case
        when rule.assessment = 'none' then true
        when {{ row }}.post_score is null then case when {{ row }}.was_assessed then false end
        when rule.assessment = 'attempted' then true
        when {{ row }}.post_maximum > 0
            then {{ row }}.post_score * 100 >= {{ row }}.post_maximum * rule.pass_mark_percent
    end
{%- endmacro %}


{#-
  The CTEs that judge `trainings` by `rule`, both of them CTEs of the model; `judged` has all columns of the former
  and `is_met`: true, false or null (undecided).
-#}
{% macro judge_trainings() %}
-- What the rule looks at: all that was planned, or what was held since the person joined.
joined as (
    select
        trainings.*,
        case when rule.late_joiners = 'since_joining' then 1 else 0 end as counts_since_joining
    from trainings
    cross join rule
),

expected as (
    select
        *,
        sessions_planned - sessions_before_joining * counts_since_joining as sessions_expected,
        sessions_absent - absent_before_joining * counts_since_joining as sessions_missed,
        hours_planned - coalesce(hours_before_joining, 0) * counts_since_joining as hours_expected,
        coalesce(hours_absent, 0) - coalesce(hours_absent_before_joining, 0) * counts_since_joining as hours_missed,
        case when hours_planned is not null then coalesce(hours_attended, 0) end as hours_counted
    from joined
),

reckoned as (
    select
        expected.*,
        case
            when rule.unknown_attendance = 'absent' then 0
            else greatest(expected.sessions_expected - expected.sessions_attended - expected.sessions_missed, 0)
        end as sessions_open,
        case
            when rule.unknown_attendance = 'absent' then 0
            else greatest(expected.hours_expected - expected.hours_counted - expected.hours_missed, 0)
        end as hours_open
    from expected
    cross join rule
),

judged as (
    select
        reckoned.*,
        (
            case
                when rule.measure = 'hours'
                    then {{ share_attended('reckoned.hours_counted', 'reckoned.hours_open', 'reckoned.hours_expected') }}
                else {{ share_attended('reckoned.sessions_attended', 'reckoned.sessions_open', 'reckoned.sessions_expected') }}
            end
            and {{ hours_suffice('reckoned.hours_counted', 'reckoned.hours_open') }}
            and {{ assessment_suffices('reckoned') }}
        ) as is_met
    from reckoned
    cross join rule
)
{%- endmacro %}


{#- Whether a training lies where the agreement looks for an earlier one of the same person: a person counts once. -#}
{% macro within_span(training, window) -%}
    (
        rule.uniqueness = 'ever'
        or {{ training }}.held_on >= case
            when rule.uniqueness = 'fiscal_year' then least({{ window }}.starts_on, {{ window }}.fiscal_year_starts_on)
            else {{ window }}.starts_on
        end
    )
{%- endmacro %}
