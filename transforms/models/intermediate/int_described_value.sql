{%- set described = ['category', 'sex', 'rank_code', 'unit_code', 'province_of_duty', 'province_of_training'] -%}

with attendance as (
    select * from {{ ref('stg_attendance') }}
),

participants as (
    select * from {{ ref('stg_participant') }}
),

seen as (
    {% for column in described %}
        select distinct {{ column }} as described_value from attendance
        union distinct
        select distinct {{ column }} as described_value from participants
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
