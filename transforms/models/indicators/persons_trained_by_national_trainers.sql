with cells as (
    select * from {{ ref('cell_count') }}
),

taught as (
    select * from {{ ref('cell_taught') }}
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
                'cells', value='coalesce(taught.persons_met, 0) * told.known',
                numerator='coalesce(taught.persons_met, 0) * told.known',
                not_met='coalesce(taught.persons_not_met, 0) * told.known',
                undecided='coalesce(taught.persons_undecided, 0) * told.known',
                persons='coalesce(taught.persons_met, 0)',
            )
        }}
    from cells
    cross join told
    left join taught
        on {{ same_cell('cells', 'taught') }}
)

select * from final
