{#-
  Holds the sentence that ends each description: one row per these columns, none of them null. A hash finds the keys
  that may stand twice, and only those are compared on the real columns: facts have millions of rows.
-#}
{% test grain(model, columns) %}
    with suspected as (
        select key_hash
        from (select {{ row_hash(columns) }} as key_hash from {{ model }}) as hashed
        group by key_hash
        having count(*) > 1
    )

    select
        {{ columns | join(', ') }},
        count(*) as row_count
    from {{ model }}
    where {{ row_hash(columns) }} in (select key_hash from suspected)
    group by {{ columns | join(', ') }}
    having count(*) > 1
    union all
    select
        {{ columns | join(', ') }},
        count(*) as row_count
    from {{ model }}
    where {% for column in columns %}{{ column }} is null{{ ' or ' if not loop.last }}{% endfor %}
    group by {{ columns | join(', ') }}
{% endtest %}
