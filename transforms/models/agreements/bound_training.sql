-- The agreement's rule over persons as the thresholds of identity would have them. What the rule asks of assessments
-- and of late joiners is not known by threshold: under such a rule nobody is judged, and no bounds are given.
with completions as (
    select * from {{ ref('fct_bound_completion') }}
),

rule as (
    select * from {{ ref('agreement_rule') }}
),

programmes as (
    select programme_id from {{ ref('agreement_scope') }}
),

categories as (
    select category from {{ ref('agreement_category') }}
),

trainings as (
    select
        completions.*,
        0 as sessions_before_joining,
        0 as absent_before_joining,
        cast(0 as decimal(10, 2)) as hours_before_joining,
        cast(0 as decimal(10, 2)) as hours_absent_before_joining,
        cast(null as decimal(10, 3)) as post_score,
        cast(null as decimal(10, 3)) as post_maximum,
        false as was_assessed
    from completions
    inner join programmes on completions.programme_id = programmes.programme_id
    inner join categories on completions.category = categories.category
),

{{ judge_trainings() }},

final as (
    select
        threshold,
        person_number,
        held_on,
        first_attended_on,
        last_attended_on,
        is_met
    from judged
)

select * from final
