with source as (
    select * from {{ source('extracts', 'restated') }}
),

final as (
    select
        funder,
        period,
        issue_from,
        issue_to,
        indicator,
        "window" as reporting_window,
        grouping as grouping_name,
        province_of_duty,
        province_of_training,
        module_id,
        topic,
        sex,
        category,
        unit_code,
        partner_id,
        before as before_value,
        after as after_value,
        before_status,
        after_status,
        difference,
        cause,
        amount
    from source
)

select * from final
