with modules as (
    select * from {{ ref('int_officer_module') }}
),

sessions as (
    select * from {{ ref('int_session') }}
),

begun as (
    select
        event_number,
        module_id,
        min(session_date) as first_session_on
    from sessions
    group by event_number, module_id
),

final as (
    select
        modules.officer_number,
        modules.event_number,
        modules.module_id,
        modules.enrolled_on
    from modules
    inner join begun
        on
            modules.event_number = begun.event_number
            and modules.module_id = begun.module_id
    where modules.enrolled_on > begun.first_session_on
)

select * from final
