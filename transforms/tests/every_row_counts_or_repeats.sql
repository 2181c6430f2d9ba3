{{ config(
    description="Every attendance row of an active delivery either counts or is a named repeat: joins lose and add none.",
    meta={
        "when": "At every build: a join that drops or doubles rows changes the counts of people.",
        "resolve": "Look for a repeated person_ref in the crosswalk or a repeated event in int_event_scope.",
    },
) }}

with active as (
    select count(*) as row_count
    from {{ ref('stg_attendance') }} as attendance
    inner join {{ ref('int_active_delivery') }} as deliveries on attendance.delivery_id = deliveries.delivery_id
),

kept as (
    select count(*) as row_count from {{ ref('int_attendance') }}
),

repeated as (
    select count(*) as row_count from {{ ref('int_attendance_repeat') }}
),

final as (
    select
        active.row_count as active_rows,
        kept.row_count as kept_rows,
        repeated.row_count as repeated_rows
    from active
    cross join kept
    cross join repeated
    where active.row_count <> kept.row_count + repeated.row_count
)

select * from final
