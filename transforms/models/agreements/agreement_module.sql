-- The modules an agreement is about: those its programmes number, and those delivered in them.
with programmes as (
    select programme_id from {{ ref('agreement_scope') }}
),

numbered as (
    select
        programme_id,
        module_id
    from {{ ref('dim_module_crosswalk') }}
    where module_number is not null
),

delivered as (
    select distinct
        programme_id,
        module_id
    from {{ ref('fct_module_completion') }}
),

modules as (
    select
        module_id,
        topic
    from {{ ref('dim_module') }}
    where module_id <> 'unspecified'
),

taught as (
    select * from numbered
    union all
    select * from delivered
),

named as (
    select distinct taught.module_id
    from taught
    inner join programmes on taught.programme_id = programmes.programme_id
),

final as (
    select
        modules.module_id,
        modules.topic
    from modules
    inner join named on modules.module_id = named.module_id
)

select * from final
