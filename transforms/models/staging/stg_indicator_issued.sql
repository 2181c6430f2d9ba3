with source as (
    select * from {{ source('extracts', 'issued') }}
),

final as (
    select
        funder,
        period,
        issue,
        {{ utc_timestamp('issued_at') }} as issued_at,
        version as warehouse_version,
        agreement_version,
        indicator,
        code as indicator_code,
        name as indicator_name,
        unit,
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
        value,
        numerator,
        denominator,
        undecided,
        persons,
        target,
        status
    from source
)

select * from final
