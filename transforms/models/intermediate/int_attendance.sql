{{ config(materialized="view") }}

with candidates as (
    select * from {{ ref('int_attendance_candidate') }}
),

repeats as (
    select * from {{ ref('int_attendance_repeat') }}
),

final as (
    select candidates.*
    from candidates
    left join repeats
        on
            candidates.delivery_id = repeats.delivery_id
            and candidates.row_id = repeats.row_id
    where repeats.row_id is null
)

select * from final
