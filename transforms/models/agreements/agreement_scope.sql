{%- set deepest = 10 -%}

-- The programmes an agreement names and all below them. The depth is bounded as in int_programme_descendant.
with recursive named as (
    select programme_id from {{ ref('agreement_programme') }}
),

programmes as (
    select
        programme_id,
        parent_programme_id
    from {{ ref('dim_programme') }}
),

within as (
    select
        programme_id,
        0 as depth
    from named
    union all
    select
        programmes.programme_id,
        within.depth + 1 as depth
    from within
    inner join programmes on within.programme_id = programmes.parent_programme_id
    where within.depth < {{ deepest }}
),

final as (
    select distinct programme_id
    from within
)

select * from final
