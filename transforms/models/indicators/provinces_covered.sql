with cells as (
    select * from {{ ref('cell_count') }}
),

coverage as (
    select * from {{ ref('cell_coverage') }}
),

possible as (
    select * from {{ ref('cell_possible') }}
),

final as (
    select
        {{
            figure(
                'cells', value='coalesce(coverage.provinces_met, 0)', numerator='coalesce(coverage.provinces_met, 0)',
                denominator='possible.provinces',
                not_met='possible.provinces - coalesce(coverage.provinces_perhaps_met, 0)',
                undecided='coalesce(coverage.provinces_perhaps_met - coverage.provinces_met, 0)', persons='cells.persons_met',
            )
        }}
    from cells
    inner join possible
        on {{ same_cell('cells', 'possible') }}
    left join coverage
        on {{ same_cell('cells', 'coverage') }}
)

select * from final
