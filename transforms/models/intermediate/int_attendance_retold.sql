{%- set training_key = 'officer_number, event_number, module_id' -%}
{%- set session_key = training_key ~ ', session_date, session_number' -%}

-- Nearly every session stands once, and sorting millions of wide rows to find the few that do not is the costly way:
-- what was told of each training says in which of them one may, and only their rows are compared.
with told as (
    select
        told.delivery_id,
        told.person_ref,
        told.event_number,
        told.module_id,
        told.rows_told,
        told.session_bits,
        officers.officer_number
    from {{ ref('int_told_attendance') }} as told
    inner join {{ ref('int_person_officer') }} as officers on told.person_ref = officers.person_ref
),

suspected as (
    select {{ training_key }}
    from told
    group by {{ training_key }}
    having coalesce(bit_count(bit_or(session_bits)), 0) < sum(rows_told)
),

tellings as (
    select distinct
        told.delivery_id,
        told.person_ref
    from told
    inner join suspected
        on
            told.officer_number = suspected.officer_number
            and told.event_number = suspected.event_number
            and told.module_id = suspected.module_id
),

compared as (
    select attendance.*
    from {{ ref('int_attendance_candidate') }} as attendance
    inner join tellings
        on
            attendance.delivery_id = tellings.delivery_id
            and attendance.person_ref = tellings.person_ref
    inner join suspected
        on
            attendance.officer_number = suspected.officer_number
            and attendance.event_number = suspected.event_number
            and attendance.module_id = suspected.module_id
),

final as (
    select
        {{ session_key }},
        status,
        hours,
        {{ described_columns() | join(', ') }},
        delivery_id,
        row_id,
        first_value(delivery_id) over best_first as kept_delivery_id,
        first_value(row_id) over best_first as kept_row_id,
        row_number() over best_first as place
    from compared
    window
        best_first as (
            partition by {{ session_key }}
            order by
                case status when 'present' then 1 when 'absent' then 2 else 3 end,
                coalesce(hours, -1) desc,
                delivery_id asc,
                row_id asc
        )
)

select * from final
