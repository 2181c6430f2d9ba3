{{ config(materialized="view") }}

with retold as (
    select * from {{ ref('int_attendance_retold') }}
),

final as (
    select
        delivery_id,
        row_id,
        kept_delivery_id,
        kept_row_id
    from retold
    where place > 1
)

select * from final
