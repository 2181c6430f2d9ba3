{%- set session_key = [
    'officer_number', 'event_number', 'module_id', 'session_date', 'session_number'
] -%}

-- Nearly every session stands once, and sorting millions of wide rows to find the few that do not is the costly
-- way: a hash finds the sessions that may stand twice, and only those are compared, on the real columns.
with hashed as (
    select {{ row_hash(session_key) }} as session_hash
    from {{ ref('int_attendance_candidate') }}
),

suspected as (
    select session_hash
    from hashed
    group by session_hash
    having count(*) > 1
),

candidates as (
    select
        {{ session_key | join(', ') }},
        status,
        hours,
        delivery_id,
        row_id,
        {{ row_hash(session_key) }} as session_hash
    from {{ ref('int_attendance_candidate') }}
),

compared as (
    select candidates.*
    from candidates
    inner join suspected on candidates.session_hash = suspected.session_hash
),

ranked as (
    select
        delivery_id,
        row_id,
        first_value(delivery_id) over best_first as kept_delivery_id,
        first_value(row_id) over best_first as kept_row_id,
        row_number() over best_first as place
    from compared
    window
        best_first as (
            partition by {{ session_key | join(', ') }}
            order by
                case status when 'present' then 1 when 'absent' then 2 else 3 end,
                coalesce(hours, -1) desc,
                delivery_id asc,
                row_id asc
        )
),

final as (
    select
        delivery_id,
        row_id,
        kept_delivery_id,
        kept_row_id
    from ranked
    where place > 1
)

select * from final
