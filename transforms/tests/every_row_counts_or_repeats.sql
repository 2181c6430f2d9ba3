with active as (
    select count(*) as row_count
    from {{ ref('stg_attendance') }} as attendance
    inner join {{ ref('int_active_delivery') }} as deliveries on attendance.delivery_id = deliveries.delivery_id
),

kept as (
    select count(*) as row_count from {{ ref('fct_attendance') }}
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
