with figures as (
    select * from {{ ref('stg_indicator_restated') }}
),

final as (
    select
        funder,
        period,
        issue_from,
        issue_to,
        indicator,
        reporting_window,
        grouping_name,
        province_of_duty,
        province_of_training,
        module_id,
        topic,
        sex,
        category,
        unit_code,
        partner_id,
        before_value,
        after_value,
        before_status,
        after_status,
        difference,
        cause,
        amount
    from figures
)

select * from final
