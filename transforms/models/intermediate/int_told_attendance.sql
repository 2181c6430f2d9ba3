{%- set told_key = 'delivery_id, partner_id, person_ref, programme_id, event_id, module_id' -%}
{%- set described = described_columns() -%}

with attendance as (
    select * from {{ ref('stg_attendance') }}
),

described_values as (
    select * from {{ ref('int_described_value') }}
),

-- What a person was rarely changes within one module, so this step shrinks millions of sessions to few rows. They are
-- grouped as they were sent, which is faster than looking something up for each.
sent as (
    select
        {{ told_key }},
        {{ described | join(', ') }},
        max(session_date) as last_on,
        min(session_date) as first_on,
        count(case when status = 'present' then 1 end) as sessions_attended,
        count(case when status = 'absent' then 1 end) as sessions_absent,
        sum(case when status = 'present' then hours end) as hours_attended,
        sum(case when status = 'absent' then hours end) as hours_absent,
        min(case when status = 'present' then session_date end) as first_attended_on,
        max(case when status = 'present' then session_date end) as last_attended_on,
        count(*) as rows_told,
        bit_or({{ session_bit('session_date', 'session_number') }}) as session_bits
    from attendance
    group by {{ told_key }}, {{ described | join(', ') }}
),

final as (
    select
        sent.delivery_id,
        sent.person_ref,
        events.event_number,
        coalesce({{ resolved_module('sent', 'events') }}, 'unspecified') as module_id,
        {% for column in described %}
            {{ dated(column ~ '_values.value_number', 'sent.last_on') }} as dated_{{ column | replace('_code', '') }},
        {% endfor %}
        sent.first_on,
        sent.last_on,
        sent.first_attended_on,
        sent.last_attended_on,
        sent.sessions_attended,
        sent.sessions_absent,
        cast(sent.hours_attended as decimal(10, 2)) as hours_attended,
        cast(sent.hours_absent as decimal(10, 2)) as hours_absent,
        sent.rows_told,
        sent.session_bits
    from sent
    {{ join_resolved('sent', with_officers=false) }}
    {{ join_values('sent', described, by_number=false) }}
)

select * from final
