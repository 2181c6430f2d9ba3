with provinces as (
    select
        province_code,
        province_name_en
    from {{ ref('dim_province') }}
),

modules as (
    select
        module_id,
        module_name_en,
        topic
    from {{ ref('dim_module') }}
    where module_id <> 'unspecified'
),

completions as (
    select * from {{ ref('fct_module_completion') }}
),

categories as (
    select category from {{ ref('person_categories') }}
    where is_officer
),

trained as (
    select
        completions.province_of_duty as province_code,
        completions.module_id,
        count(distinct completions.officer_key) as officers_trained_ever,
        max(completions.held_on) as last_trained_on
    from completions
    inner join categories on completions.category = categories.category
    where completions.completed
    group by completions.province_of_duty, completions.module_id
),

pairs as (
    select
        provinces.province_code,
        provinces.province_name_en,
        modules.module_id,
        modules.module_name_en,
        modules.topic,
        coalesce(trained.officers_trained_ever, 0) as officers_trained_ever,
        trained.last_trained_on
    from provinces
    cross join modules
    left join trained
        on
            provinces.province_code = trained.province_code
            and modules.module_id = trained.module_id
),

judged as (
    select
        *,
        case
            when officers_trained_ever = 0 then 'never'
            when last_trained_on < cast({{ dbt.dateadd('year', -1 * var('gap_years') | int, as_of()) }} as date)
                then 'not in five years'
        end as gap
    from pairs
),

final as (
    select
        province_code,
        province_name_en,
        module_id,
        module_name_en,
        topic,
        gap,
        officers_trained_ever,
        last_trained_on
    from judged
    where gap is not null
)

select * from final
