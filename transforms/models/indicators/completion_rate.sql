with cells as (
    select * from {{ ref('cell_count') }}
),

final as (
    select
        {{
            figure(
                'cells', value=percentage('modules_met', 'modules_met + modules_not_met'), numerator='modules_met',
                denominator='modules_met + modules_not_met', not_met='modules_not_met', undecided='modules_undecided',
                persons='persons_met',
            )
        }}
    from cells
)

select * from final
