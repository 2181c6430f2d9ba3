with cells as (
    select * from {{ ref('cell_count') }}
),

taught as (
    select * from {{ ref('cell_taught') }}
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
                'cells', value='case when told.trainers_are_listed then coalesce(taught.persons_met, 0) end',
                numerator='case when told.trainers_are_listed then coalesce(taught.persons_met, 0) end',
                not_met='case when told.trainers_are_listed then coalesce(taught.persons_not_met, 0) end', undecided='case when told.trainers_are_listed then coalesce(taught.persons_undecided, 0) end',
                persons='coalesce(taught.persons_met, 0)',
            )
        }}
    from cells
    cross join told
    left join taught
        on {{ same_cell('cells', 'taught') }}
)

select * from final
