with descendants as (
    select * from {{ ref('int_programme_descendant') }}
),

completions as (
    select * from {{ ref('int_bound_completion') }}
),

final as (
    select
        {% for count in bounded_counts() if count.of == 'persons_reached' %}
            {{ bound_difference(count) }} as {{ count.threshold }}_difference,
        {% endfor %}
        descendants.programme_id
    from descendants
    inner join completions on descendants.descendant_id = completions.programme_id
    group by descendants.programme_id
)

select * from final
