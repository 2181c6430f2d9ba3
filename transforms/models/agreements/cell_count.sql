{%- set dimensions = figure_dimensions() -%}
{%- set cell = 'window_number, grouping_number, cell_number' -%}

with totals as (
    select * from {{ ref('cell_total') }}
),

places as (
    select * from {{ ref('counted_value') }}
),

windows as (
    select * from {{ ref('agreement_window') }}
),

groupings as (
    select * from {{ ref('agreement_grouping') }}
),

-- Counted by one dimension, every value it may have is a cell, so that nobody trained is a row of zeros.
listed as (
    select
        groupings.grouping_number,
        0 as cell_number
    from groupings
    where groupings.dimensions = 0
    union all
    select
        groupings.grouping_number,
        places.place as cell_number
    from groupings
    inner join places on groupings.grouping_name = places.dimension
    where groupings.dimensions = 1
),

cells as (
    select
        windows.window_number,
        listed.grouping_number,
        listed.cell_number
    from listed
    cross join windows
    union distinct
    select {{ cell }}
    from totals
),

final as (
    select
        cells.window_number,
        cells.grouping_number,
        cells.cell_number,
        windows.reporting_window,
        groupings.grouping_name,
        {% for dimension in dimensions %}
            {{ dimension }}_places.value as {{ dimension }},
        {% endfor %}
        {% for count in counts_of_persons() %}
            coalesce(totals.{{ count }}, 0) as {{ count }},
        {% endfor %}
        {% for count in ['modules_met', 'modules_undecided', 'modules_not_met', 'modules_without_hours'] %}
            coalesce(totals.{{ count }}, 0) as {{ count }},
        {% endfor %}
        coalesce(totals.hours, 0) as hours
    from cells
    inner join windows on cells.window_number = windows.window_number
    inner join groupings on cells.grouping_number = groupings.grouping_number
    -- The place of a dimension is what lies between where its places begin and where those of the next one do.
    {% for dimension in dimensions %}
        left join places as {{ dimension }}_places
            on
                {{ dimension }}_places.dimension = '{{ dimension }}'
                and groupings.by_{{ dimension }}
                and mod(cells.cell_number, {{ dimension }}_places.next_lowest)
                - mod(cells.cell_number, {{ dimension }}_places.lowest) = {{ dimension }}_places.place
    {% endfor %}
    left join totals
        on {{ same_cell('cells', 'totals') }}
)

select * from final
