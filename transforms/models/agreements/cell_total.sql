{%- set cell = 'window_number, grouping_number, cell_number' -%}

with persons as (
    select * from {{ ref('cell_person') }}
),

final as (
    select
        {{ cell }},
        {% for count, condition in counts_of_persons().items() %}
            count(case when {{ condition }} then 1 end) as {{ count }},
        {% endfor %}
        {% for count in counts_of_trainings() %}
            cast(sum({{ count }}) as bigint) as {{ count }},
        {% endfor %}
        cast(sum(hours) as decimal(18, 4)) as hours,
        sum(cast(gains / nullif(results_matched, 0) as decimal(18, 4))) as gains
    from persons
    group by {{ cell }}
)

select * from final
