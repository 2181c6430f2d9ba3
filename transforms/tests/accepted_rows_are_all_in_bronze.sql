with deliveries as (
    select
        delivery_id,
        rows_accepted
    from {{ ref('stg_delivery') }}
    where is_active and entity = 'attendance'
),

bronze as (
    select
        delivery_id,
        count(*) as row_count
    from {{ ref('stg_attendance') }}
    group by delivery_id
),

final as (
    select
        deliveries.delivery_id,
        deliveries.rows_accepted,
        coalesce(bronze.row_count, 0) as rows_in_bronze
    from deliveries
    left join bronze on deliveries.delivery_id = bronze.delivery_id
    where coalesce(bronze.row_count, 0) <> deliveries.rows_accepted
)

select * from final
