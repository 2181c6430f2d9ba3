{%- set dimensions = figure_dimensions() -%}

with trainings as (
    select * from {{ ref('agreement_training') }}
),

rule as (
    select * from {{ ref('agreement_rule') }}
),

places as (
    select * from {{ ref('counted_value') }}
),

{{ judge_trainings() }},

final as (
    select
        judged.officer_number,
        judged.event_number,
        judged.officer_key,
        judged.event_id,
        judged.programme_id,
        {% for dimension in dimensions %}
            judged.{{ dimension }},
            {{ dimension }}_places.place as {{ dimension }}_place,
        {% endfor %}
        judged.held_on,
        judged.first_attended_on,
        judged.last_attended_on,
        judged.sessions_attended,
        judged.sessions_unknown,
        judged.hours_attended,
        cast(judged.pre_score * 100 / nullif(judged.pre_maximum, 0) as decimal(18, 4)) as pre_percent,
        cast(judged.post_score * 100 / nullif(judged.post_maximum, 0) as decimal(18, 4)) as post_percent,
        judged.is_met
    from judged
    {% for dimension in dimensions %}
        inner join places as {{ dimension }}_places
            on
                judged.{{ dimension }} = {{ dimension }}_places.value
                and {{ dimension }}_places.dimension = '{{ dimension }}'
    {% endfor %}
)

select * from final
