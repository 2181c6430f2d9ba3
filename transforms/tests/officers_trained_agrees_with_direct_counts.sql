with completions as (
    select
        completions.*,
        coalesce(completions.province_of_duty, 'unknown') as duty,
        cast(completions.is_officer as integer) as officer
    from {{ ref('fct_module_completion') }} as completions
),

direct as (
    {% for level, key in [('total', 'null'), ('province', 'duty'), ('partner', 'partner_id')] %}
        select
            '{{ level }}' as grouping_level,
            {{ 'cast(null as ' ~ dbt.type_string() ~ ')' if key == 'null' else key }} as cell,
            count(distinct case when sessions_attended > 0 then officer_key end) as persons_reached,
            count(distinct case when completed then officer_key end) as persons_trained,
            count(case when completed then 1 end) as completions
        from completions
        {{ 'group by ' ~ key if key != 'null' }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

published as (
    select
        grouping_level,
        coalesce(province_code, partner_id) as cell,
        persons_reached,
        persons_trained,
        completions
    from {{ ref('officers_trained') }}
    where
        population = 'all'
        and province_basis = 'duty'
        and grouping_level in ('total', 'province', 'partner')
),

missing as (
    select * from direct
    except
    select * from published
),

surplus as (
    select * from published
    except
    select * from direct
),

final as (
    select * from missing
    union all
    select * from surplus
)

select * from final
