{%- set dimensions = figure_dimensions() -%}
{%- set lists = [
    ('province_of_duty', 'province_code', 'provinces'), ('province_of_training', 'province_code', 'provinces'),
    ('module_id', 'module_id', 'modules'), ('topic', 'topic', 'modules'), ('category', 'category', 'categories'),
    ('partner_id', 'partner_id', 'partners')
] -%}

-- Every value a figure may be counted by, as a place of a number: the places of the dimensions counted by, added up,
-- are the number of a cell. One number groups faster than eight texts, and none stands for two cells.
with trainings as (
    select * from {{ ref('agreement_training') }}
),

modules as (
    select * from {{ ref('agreement_module') }}
),

provinces as (
    select province_code from {{ ref('dim_province') }}
),

categories as (
    select category from {{ ref('agreement_category') }}
),

partners as (
    select partner_id from {{ ref('agreement_partner') }}
),

listed as (
    {% for dimension, code, source in lists %}
        select
            '{{ dimension }}' as dimension,
            {{ code }} as value
        from {{ source }}
        union all
    {% endfor %}
    select
        'sex' as dimension,
        'female' as value
    union all
    select
        'sex' as dimension,
        'male' as value
),

seen as (
    {% for dimension in dimensions %}
        select distinct
            '{{ dimension }}' as dimension,
            {{ dimension }} as value
        from trainings
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

numbered as (
    select
        dimension,
        value,
        row_number() over (partition by dimension order by value) as digit
    from (
        select * from listed
        union distinct
        select * from seen
    ) as found
),

sizes as (
    select
        {% for dimension in dimensions %}
            count(case when dimension = '{{ dimension }}' then 1 end) + 1 as size_of_{{ dimension }},
        {% endfor %}
        count(*) as values_of_all
    from numbered
),

places as (
    {% for dimension in dimensions %}
        select
            '{{ dimension }}' as dimension,
            1
            {% for earlier in dimensions[:loop.index0] %}
                * size_of_{{ earlier }}
            {% endfor %}
                as lowest,
            1
            {% for earlier in dimensions[:loop.index] %}
                * size_of_{{ earlier }}
            {% endfor %}
                as next_lowest
        from sizes
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

final as (
    select
        numbered.dimension,
        numbered.value,
        cast(numbered.digit * places.lowest as bigint) as place,
        cast(places.lowest as bigint) as lowest,
        cast(places.next_lowest as bigint) as next_lowest
    from numbered
    inner join places on numbered.dimension = places.dimension
)

select * from final
