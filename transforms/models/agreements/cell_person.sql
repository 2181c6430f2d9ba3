{%- set cell = 'window_number, grouping_number, cell_number' -%}

with counted as (
    select
        *,
        {{ packed_flags('counted_row') }} as flags
    from {{ ref('counted_row') }} as counted_row
),

groupings as (
    select * from {{ ref('agreement_grouping') }}
),

placed as (
    select
        counted.window_number,
        counted.officer_number,
        counted.flags,
        groupings.grouping_number,
        {{ cell_number('counted', 'groupings') }} as cell_number
    from counted
    cross join groupings
),

final as (
    select
        {{ cell }},
        officer_number,
        bit_or(flags) as flags
    from placed
    group by {{ cell }}, officer_number
)

select * from final
