with crosswalk as (
    select * from {{ ref('stg_person_crosswalk') }}
),

-- Where every threshold gives the same persons there is nothing to count again.
uncertain as (
    select lenient_key
    from crosswalk
    group by lenient_key
    having count(distinct strict_key) > 1
),

affected as (
    select crosswalk.*
    from crosswalk
    inner join uncertain on crosswalk.lenient_key = uncertain.lenient_key
),

named as (
    {% for threshold, key in [('strict', 'strict_key'), ('published', 'officer_key'), ('lenient', 'lenient_key')] %}
        select
            person_ref,
            '{{ threshold }}' as threshold,
            {{ key }} as person_key
        from affected
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

final as (
    select
        person_ref,
        threshold,
        dense_rank() over (order by threshold, person_key) as person_number
    from named
)

select * from final
