with active as (
    select
        delivery_id,
        partner_id
    from {{ ref('int_active_delivery') }}
),

{% for entity in ['attendance', 'assessment', 'participant', 'event'] %}
    {{ entity }}_modules as (
        select distinct
            rows_of.partner_id,
            rows_of.programme_id,
            rows_of.event_id,
            rows_of.module_id
        from {{ ref('stg_' ~ entity) }} as rows_of
        inner join active
            on
                rows_of.delivery_id = active.delivery_id
                and rows_of.partner_id = active.partner_id
    ),

{% endfor %}

final as (
    {% for entity in ['attendance', 'assessment', 'participant', 'event'] %}
        select * from {{ entity }}_modules
        {{ 'union distinct' if not loop.last }}
    {% endfor %}
)

select * from final
