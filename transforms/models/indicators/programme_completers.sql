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
                'cells', value='coalesce(programmes.completers, 0)', numerator='coalesce(programmes.completers, 0)',
                not_met='coalesce(programmes.not_completers, 0)', undecided='coalesce(programmes.completers_undecided, 0)',
                persons='coalesce(programmes.completers, 0)',
            )
        }}
    from cells
    left join programmes
        on {{ same_cell('cells', 'programmes') }}
)

select * from final
