with figures as (
    select * from {{ ref('stg_indicator_issued') }}
),

final as (
    select
        funder,
        period,
        issue,
        issued_at,
        warehouse_version,
        agreement_version,
        indicator,
        indicator_code,
        indicator_name,
        unit,
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
        value,
        numerator,
        denominator,
        undecided,
        persons,
        target,
        status
    from figures
)

select * from final
