{#- The strict and the lenient count of persons lie no further apart than this share of the published one. -#}
{% test narrow_bounds(model, count, percent, cells) %}
    select *
    from {{ model }}
    where
        {{ cells }}
        and abs({{ count }}_strict - {{ count }}_lenient) * 100 > {{ count }} * {{ percent }}
{% endtest %}
