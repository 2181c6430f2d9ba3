with cells as (
    select * from {{ ref('cell_count') }}
),

final as (
    select
        {{
            figure(
                'cells', value='modules_met', numerator='modules_met', not_met='modules_not_met',
                undecided='modules_undecided', persons='persons_met',
            )
        }}
    from cells
)

select * from final
