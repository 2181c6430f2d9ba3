with cells as (
    select * from {{ ref('cell_count') }}
),

trainers as (
    select * from {{ ref('cell_trainer') }}
),

-- Where no list names a trainer, nobody can say who taught: that is not nought.
told as (
    select case when count(*) > 0 then 1 end as known
    from {{ ref('listed_trainer') }}
),

final as (
    select
        {{
            figure(
                'cells', value='coalesce(trainers.trainers_active, 0) * told.known',
                numerator='coalesce(trainers.trainers_active, 0) * told.known',
                not_met='coalesce(trainers.trainers_not_active, 0) * told.known',
                persons='coalesce(trainers.trainers_active, 0)',
            )
        }}
    from cells
    cross join told
    left join trainers
        on {{ same_cell('cells', 'trainers') }}
)

select * from final
