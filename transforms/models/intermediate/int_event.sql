with declared as (
    select * from {{ ref('int_declared_event') }}
),

sessions as (
    select * from {{ ref('int_session') }}
),

participants as (
    select * from {{ ref('int_participant') }}
),

assessments as (
    select * from {{ ref('int_assessment') }}
),

events as (
    select * from {{ ref('int_event_scope') }}
),

evidence as (
    select
        event_number,
        province_of_training,
        starts_on,
        ends_on,
        trainers,
        funder,
        true as is_declared
    from declared
    union all
    select distinct
        event_number, province_of_training, session_date as starts_on, session_date as ends_on,
        cast(null as integer) as trainers, cast(null as {{ dbt.type_string() }}) as funder, false as is_declared
    from sessions
    union all
    select distinct
        event_number, province_of_training, cast(null as date) as starts_on, cast(null as date) as ends_on,
        cast(null as integer) as trainers, cast(null as {{ dbt.type_string() }}) as funder, false as is_declared
    from participants
    union all
    select distinct
        event_number, cast(null as {{ dbt.type_string() }}) as province_of_training, assessed_on as starts_on,
        assessed_on as ends_on, cast(null as integer) as trainers,
        cast(null as {{ dbt.type_string() }}) as funder, false as is_declared
    from assessments
),

folded as (
    select
        event_number,
        max(is_declared) as is_declared,
        min(case when is_declared then province_of_training end) as declared_province,
        min(province_of_training) as seen_province,
        min(case when is_declared then starts_on end) as declared_start,
        max(case when is_declared then ends_on end) as declared_end,
        min(starts_on) as seen_start,
        max(ends_on) as seen_end,
        max(trainers) as trainers,
        min(funder) as funder
    from evidence
    group by event_number
),

final as (
    select
        folded.event_number,
        events.partner_id,
        events.programme_id,
        events.event_id,
        folded.is_declared,
        coalesce(folded.declared_province, folded.seen_province) as province_of_training,
        coalesce(folded.declared_start, folded.seen_start) as starts_on,
        coalesce(folded.declared_end, folded.seen_end) as ends_on,
        folded.trainers,
        folded.funder
    from folded
    inner join events on folded.event_number = events.event_number
)

select * from final
