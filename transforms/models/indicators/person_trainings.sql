with cells as (
    select * from {{ ref('cell_count') }}
),

trainings as (
    select * from {{ ref('cell_training') }}
),

final as (
    select
        {{
            figure(
                'cells', value='coalesce(trainings.trainings_met, 0)', numerator='coalesce(trainings.trainings_met, 0)',
                not_met='coalesce(trainings.trainings_not_met, 0)',
                undecided='coalesce(trainings.trainings_undecided, 0)', persons='cells.persons_met',
            )
        }}
    from cells
    left join trainings
        on {{ same_cell('cells', 'trainings') }}
)

select * from final
