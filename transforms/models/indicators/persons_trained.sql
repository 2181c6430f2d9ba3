with cells as (
    select * from {{ ref('cell_count') }}
),

final as (
    select
        {{
            figure(
                'cells', value='persons_trained', numerator='persons_trained', not_met='persons_not_trained',
                undecided='persons_undecided', persons='persons_trained',
            )
        }}
    from cells
)

select * from final
