{#-
  The joins that say whether rows count (`active`), whose they are (`officers`) and of which event (`events`), for any
  relation that holds delivery, partner, person, programme and event as they were sent.
-#}
{% macro join_resolved(rows_of, with_officers=true) -%}
    inner join {{ ref('int_active_delivery') }} as active
        on
            {{ rows_of }}.delivery_id = active.delivery_id
            and {{ rows_of }}.partner_id = active.partner_id
    {% if with_officers -%}
        left join {{ ref('int_person_officer') }} as officers on {{ rows_of }}.person_ref = officers.person_ref
    {% endif -%}
    left join {{ ref('int_event_scope') }} as events
        on
            {{ rows_of }}.partner_id = events.partner_id
            and {{ rows_of }}.programme_id = events.programme_id
            and {{ rows_of }}.event_id = events.event_id
{%- endmacro %}
