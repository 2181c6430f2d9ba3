-- How many provinces, and pairs of province and module, a cell could cover: a cell of one province has one.
with cells as (
    select * from {{ ref('cell_count') }}
),

groupings as (
    select * from {{ ref('agreement_grouping') }}
),

provinces as (
    select province_code from {{ ref('dim_province') }}
),

modules as (
    select
        module_id,
        topic
    from {{ ref('agreement_module') }}
),

topics as (
    select
        topic,
        count(*) as modules
    from modules
    group by topic
),

sizes as (
    select
        (select count(*) from provinces) as provinces,
        (select count(*) from modules) as modules
),

reckoned as (
    select
        cells.window_number,
        cells.grouping_number,
        cells.cell_number,
        case
            when not groupings.by_province_of_duty then sizes.provinces
            when provinces.province_code is not null then 1
            else 0
        end as provinces,
        case
            when groupings.by_module_id and modules.module_id is null then 0
            when groupings.by_module_id and groupings.by_topic and modules.topic <> cells.topic then 0
            when groupings.by_module_id then 1
            when groupings.by_topic then coalesce(topics.modules, 0)
            else sizes.modules
        end as modules
    from cells
    cross join sizes
    inner join groupings on cells.grouping_number = groupings.grouping_number
    left join provinces on cells.province_of_duty = provinces.province_code
    left join modules on cells.module_id = modules.module_id
    left join topics on cells.topic = topics.topic
),

final as (
    select
        window_number,
        grouping_number,
        cell_number,
        provinces,
        provinces * modules as pairs
    from reckoned
)

select * from final
