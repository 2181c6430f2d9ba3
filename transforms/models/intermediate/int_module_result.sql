with assessments as (
    select * from {{ ref('int_assessment') }}
),

-- People answer twice: the latest scored result of a kind is the one that counts.
latest_first as (
    select
        *,
        row_number() over (
            partition by officer_number, event_number, module_id, kind
            order by
                case when score is null then 1 else 0 end,
                case when assessed_on is null then 1 else 0 end,
                assessed_on desc,
                score desc,
                maximum desc,
                delivery_id asc,
                row_id asc
        ) as place
    from assessments
    where module_id is not null
),

final as (
    select
        officer_number,
        event_number,
        module_id,
        max(case when kind = 'pre' then score end) as pre_score,
        max(case when kind = 'pre' then maximum end) as pre_maximum,
        max(case when kind = 'post' then score end) as post_score,
        max(case when kind = 'post' then maximum end) as post_maximum,
        max(assessed_on) as assessed_on
    from latest_first
    where place = 1
    group by officer_number, event_number, module_id
)

select * from final
