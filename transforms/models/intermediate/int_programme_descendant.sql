{%- set deepest = 10 -%}

-- A programme that stood among its own ancestors would never end: the depth is bounded, and a test reports it.
with recursive programmes as (
    select
        programme_id,
        parent_programme_id
    from {{ ref('stg_programme') }}
),

ancestry as (
    select
        programme_id,
        programme_id as descendant_id,
        0 as depth
    from programmes
    union all
    select
        ancestry.programme_id,
        programmes.programme_id as descendant_id,
        ancestry.depth + 1 as depth
    from ancestry
    inner join programmes on ancestry.descendant_id = programmes.parent_programme_id
    where ancestry.depth < {{ deepest }}
),

final as (
    select
        programme_id,
        descendant_id,
        min(depth) as depth
    from ancestry
    group by programme_id, descendant_id
)

select * from final
