with event_modules as (
    select * from {{ ref('int_event_module') }}
),

final as (
    select
        partner_id,
        programme_id,
        event_id,
        cast(count(*) as integer) as module_count,
        min(module_id) as only_module_id
    from event_modules
    group by partner_id, programme_id, event_id
)

select * from final
