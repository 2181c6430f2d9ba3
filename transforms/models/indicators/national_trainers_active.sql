with cells as (
    select * from {{ ref('cell_count') }}
),

trainers as (
    select * from {{ ref('cell_trainer') }}
),

-- Where no list names a trainer, nobody can say who taught: that is not nought.
told as (
    select count(*) > 0 as trainers_are_listed
    from {{ ref('listed_trainer') }}
),

final as (
    select
        {{
            figure(
                'cells', value='case when told.trainers_are_listed then coalesce(trainers.trainers_active, 0) end',
                numerator='case when told.trainers_are_listed then coalesce(trainers.trainers_active, 0) end',
                not_met='case when told.trainers_are_listed then coalesce(trainers.trainers_not_active, 0) end', persons='coalesce(trainers.trainers_active, 0)',
            )
        }}
    from cells
    cross join told
    left join trainers
        on {{ same_cell('cells', 'trainers') }}
)

select * from final
