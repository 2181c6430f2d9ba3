with participants as (
    select * from {{ ref('stg_participant') }}
),

event_modules as (
    select * from {{ ref('int_event_module') }}
),

-- A roster row that names no module enrols the person in every module of the event.
final as (
    select
        officers.officer_number,
        events.event_number,
        coalesce(participants.module_id, event_modules.module_id, 'unspecified') as module_id,
        participants.province_of_training,
        participants.enrolled_on,
        participants.withdrawn_on,
        participants.outcome,
        participants.category,
        participants.sex,
        participants.rank_code,
        participants.unit_code,
        participants.province_of_duty,
        participants.delivery_id,
        participants.row_id
    from participants
    {{ join_resolved('participants') }}
    left join event_modules
        on
            participants.module_id is null
            and event_modules.module_id is not null
            and participants.partner_id = event_modules.partner_id
            and participants.programme_id = event_modules.programme_id
            and participants.event_id = event_modules.event_id
)

select * from final
