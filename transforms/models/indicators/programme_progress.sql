with cells as (
    select * from {{ ref('cell_count') }}
),

programmes as (
    select * from {{ ref('cell_programme') }}
),

final as (
    select
        {{
            figure(
                'cells', value=percentage('programmes.modules_met', 'programmes.modules'),
                numerator='coalesce(programmes.modules_met, 0)', denominator='coalesce(programmes.modules, 0)',
                not_met='coalesce(programmes.modules - programmes.modules_met - programmes.modules_undecided, 0)',
                undecided='coalesce(programmes.modules_undecided, 0)', persons='coalesce(programmes.participants, 0)',
            )
        }}
    from cells
    left join programmes
        on {{ same_cell('cells', 'programmes') }}
)

select * from final
