with events as (
    select * from {{ ref('int_event') }}
),

module_deliveries as (
    select * from {{ ref('int_officer_module') }}
),

modules as (
    select
        event_number,
        count(distinct module_id) as module_count
    from module_deliveries
    group by event_number
),

final as (
    select
        events.partner_id,
        events.programme_id,
        events.event_id,
        events.province_of_training,
        events.starts_on,
        events.ends_on,
        cast(coalesce(modules.module_count, 0) as integer) as modules_delivered,
        events.trainers,
        events.funder,
        events.is_declared
    from events
    left join modules on events.event_number = modules.event_number
)

select * from final
