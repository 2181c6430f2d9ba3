{#- Every value stands in the other table. Distinct values are compared: facts have millions of rows, codes a few. -#}
{% test refers_to(model, columns, to, to_columns=none) %}
    {%- set keys = to_columns or columns %}
    with used as (
        select distinct {{ columns | join(', ') }}
        from {{ model }}
        where {% for column in columns %}{{ column }} is not null{{ ' and ' if not loop.last }}{% endfor %}
    )

    select used.*
    from used
    left join {{ to }} as known
        on {% for column in columns %}used.{{ column }} = known.{{ keys[loop.index0] }}{{ ' and ' if not loop.last }}{% endfor %}
    where known.{{ keys[0] }} is null
{% endtest %}
