with cells as (
    select * from {{ ref('cell_count') }}
),

trainers as (
    select * from {{ ref('cell_trainer') }}
),

final as (
    select
        {{
            figure(
                'cells', value='coalesce(trainers.trainers_certified, 0)',
                numerator='coalesce(trainers.trainers_certified, 0)',
                not_met='coalesce(trainers.trainers_not_certified, 0)',
                undecided='coalesce(trainers.trainers_undecided, 0)', persons='coalesce(trainers.trainers_certified, 0)',
            )
        }}
    from cells
    left join trainers
        on {{ same_cell('cells', 'trainers') }}
)

select * from final
