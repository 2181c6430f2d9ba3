with cells as (
    select * from {{ ref('cell_count') }}
),

final as (
    select
        {{
            figure(
                'cells', value='persons_new', numerator='persons_new', not_met='persons_not_new',
                undecided='persons_new_undecided', persons='persons_new',
            )
        }}
    from cells
)

select * from final
