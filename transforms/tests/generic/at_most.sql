{#- One count can never exceed another: persons trained are among the persons reached. -#}
{% test at_most(model, column_name, ceiling) %}
    select * from {{ model }} where {{ column_name }} > {{ ceiling }}
{% endtest %}
