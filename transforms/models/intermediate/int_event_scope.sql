{%- set event_key = 'partner_id, programme_id, event_id' -%}

with event_modules as (
    select * from {{ ref('int_event_module') }}
),

scoped as (
    select
        {{ event_key }},
        cast(count(module_id) as integer) as module_count,
        min(module_id) as only_module_id
    from event_modules
    group by {{ event_key }}
),

-- Millions of rows are grouped by the number; the names are put back where readers see them.
final as (
    select
        *,
        row_number() over (order by {{ event_key }}) as event_number
    from scoped
)

select * from final
