with cells as (
    select * from {{ ref('cell_count') }}
),

final as (
    select
        {{
            figure(
                'cells', value='persons_reached', numerator='persons_reached', not_met='persons_not_reached',
                undecided='persons_perhaps_reached', persons='persons_reached',
            )
        }}
    from cells
)

select * from final
