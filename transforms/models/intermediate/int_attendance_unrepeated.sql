{{ config(materialized="view") }}

with attendance as (
    select * from {{ ref('stg_attendance') }}
),

repeats as (
    select
        delivery_id,
        row_id
    from {{ ref('int_attendance_repeat') }}
),

final as (
    select attendance.*
    from attendance
    left join repeats
        on
            attendance.delivery_id = repeats.delivery_id
            and attendance.row_id = repeats.row_id
    where repeats.row_id is null
)

select * from final
