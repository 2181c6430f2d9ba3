{%- set described = described_columns() -%}

-- Each column is read by itself: a query that names the relation once would first hold all of it, five times as slow.
with seen as (
    {% for column in described %}
        select distinct {{ column }} as described_value from {{ ref('stg_attendance') }}
        union distinct
        select distinct {{ column }} as described_value from {{ ref('stg_participant') }}
        {{ 'union distinct' if not loop.last }}
    {% endfor %}
),

final as (
    select
        described_value,
        row_number() over (order by described_value) as value_number
    from seen
    where described_value <> 'unknown'
)

select * from final
