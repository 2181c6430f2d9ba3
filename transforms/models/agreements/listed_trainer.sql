-- Whom the lists of the agreement's programmes name as a trainer, whoever counts as a participant.
with completions as (
    select * from {{ ref('fct_module_completion') }}
),

programmes as (
    select programme_id from {{ ref('agreement_scope') }}
),

final as (
    select distinct
        completions.officer_key,
        completions.partner_id,
        completions.programme_id,
        completions.event_id,
        completions.held_on
    from completions
    inner join programmes on completions.programme_id = programmes.programme_id
    where completions.category = 'trainer' and completions.registered
)

select * from final
