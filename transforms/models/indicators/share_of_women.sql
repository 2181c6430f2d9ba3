with cells as (
    select * from {{ ref('cell_count') }}
),

final as (
    select
        {{
            figure(
                'cells', value=percentage('women_trained', 'women_trained + men_trained'), numerator='women_trained',
                denominator='women_trained + men_trained', not_met='men_trained',
                undecided='persons_trained - women_trained - men_trained', persons='persons_trained',
            )
        }}
    from cells
)

select * from final
