with cells as (
    select * from {{ ref('cell_count') }}
),

final as (
    select
        {{
            figure(
                'cells', value='case when hours > 0 or modules_without_hours = 0 then hours end', numerator='hours',
                undecided='modules_without_hours', persons='persons_reached',
            )
        }}
    from cells
)

select * from final
