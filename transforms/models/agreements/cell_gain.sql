{%- set cell = 'window_number, grouping_number, cell_number' -%}

with counted as (
    select * from {{ ref('counted_row') }}
    where pre_percent is not null or post_percent is not null
),

groupings as (
    select * from {{ ref('agreement_grouping') }}
),

placed as (
    select
        counted.*,
        groupings.grouping_number,
        {{ cell_number('counted', 'groupings') }} as cell_number
    from counted
    cross join groupings
),

-- A person's gain is the mean of what they gained in each module with both results.
persons as (
    select
        {{ cell }},
        officer_number,
        count(pre_percent) as results_before,
        count(post_percent) as results_after,
        count(post_percent - pre_percent) as results_matched,
        sum(post_percent - pre_percent) as gains
    from placed
    group by {{ cell }}, officer_number
),

final as (
    select
        {{ cell }},
        count(*) as persons_assessed,
        count(case when results_before > 0 then 1 end) as persons_before,
        count(case when results_after > 0 then 1 end) as persons_after,
        count(case when results_matched > 0 then 1 end) as persons_matched,
        sum(cast(gains / nullif(results_matched, 0) as decimal(18, 4))) as gains
    from persons
    group by {{ cell }}
)

select * from final
