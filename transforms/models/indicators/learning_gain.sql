with cells as (
    select * from {{ ref('cell_count') }}
),

gains as (
    select * from {{ ref('cell_gain') }}
),

final as (
    select
        {{
            figure(
                'cells', value='gains.gains / nullif(gains.persons_matched, 0)', numerator='gains.gains',
                denominator='gains.persons_matched', persons='coalesce(gains.persons_matched, 0)',
                n_pre='coalesce(gains.persons_before, 0)', n_post='coalesce(gains.persons_after, 0)',
                n_matched='coalesce(gains.persons_matched, 0)',
            )
        }}
    from cells
    left join gains
        on {{ same_cell('cells', 'gains') }}
)

select * from final
