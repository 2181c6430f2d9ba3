with declared as (
    select * from {{ ref('stg_event') }}
),

active as (
    select
        delivery_id,
        partner_id
    from {{ ref('int_active_delivery') }}
),

events as (
    select * from {{ ref('int_event_scope') }}
),

final as (
    select
        events.event_number,
        {{ resolved_module('declared', 'events') }} as module_id,
        declared.province_of_training,
        declared.starts_on,
        coalesce(declared.ends_on, declared.starts_on) as ends_on,
        declared.planned_sessions,
        declared.planned_hours,
        declared.trainers,
        declared.funder
    from declared
    inner join active
        on
            declared.delivery_id = active.delivery_id
            and declared.partner_id = active.partner_id
    left join events
        on
            declared.partner_id = events.partner_id
            and declared.programme_id = events.programme_id
            and declared.event_id = events.event_id
)

select * from final
