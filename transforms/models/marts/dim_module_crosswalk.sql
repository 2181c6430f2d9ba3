with spellings as (
    select * from {{ ref('stg_module_crosswalk') }}
),

numbered as (
    select * from {{ ref('programme_modules') }}
),

programmes as (
    select * from {{ ref('stg_programme') }}
),

final as (
    select
        partner_id,
        cast(null as {{ dbt.type_string() }}) as programme_id,
        table_name,
        partner_module,
        module_id,
        cast(null as integer) as module_number
    from spellings
    union all
    select
        programmes.partner_id,
        numbered.programme_id,
        cast(null as {{ dbt.type_string() }}) as table_name,
        concat('Module ', numbered.module_number) as partner_module,
        numbered.module_id,
        numbered.module_number
    from numbered
    inner join programmes on numbered.programme_id = programmes.programme_id
)

select * from final
