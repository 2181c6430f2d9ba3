with crosswalk as (
    select * from {{ ref('stg_person_crosswalk') }}
),

-- A person counts once per partner, by each of the three thresholds.
{% for level, key in [('published', 'officer_key'), ('strict', 'strict_key'), ('lenient', 'lenient_key')] %}
    {{ level }}_lists as (
        select distinct
            {{ key }} as person,
            partner_id
        from crosswalk
    ),

    {{ level }}_partners as (
        select
            partner_id,
            count(*) as persons
        from {{ level }}_lists
        group by partner_id
    ),

    {{ level }}_pairs as (
        select
            one.partner_id,
            other.partner_id as other_partner_id,
            count(*) as persons_in_both
        from {{ level }}_lists as one
        inner join {{ level }}_lists as other on one.person = other.person and one.partner_id < other.partner_id
        group by one.partner_id, other.partner_id
    ),

{% endfor %}
pairs as (
    select
        'pair' as grouping_level,
        one.partner_id,
        other.partner_id as other_partner_id,
        one.persons as persons_of_partner,
        other.persons as persons_of_other,
        coalesce(published_pairs.persons_in_both, 0) as persons_in_both,
        coalesce(strict_pairs.persons_in_both, 0) as persons_in_both_strict,
        coalesce(lenient_pairs.persons_in_both, 0) as persons_in_both_lenient,
        one.persons + other.persons as persons_sum,
        greatest(one.persons, other.persons) as persons_maximum,
        one.persons + other.persons - coalesce(published_pairs.persons_in_both, 0) as persons_union
    from published_partners as one
    inner join published_partners as other on one.partner_id < other.partner_id
    {% for level in ['published', 'strict', 'lenient'] %}
        left join {{ level }}_pairs
            on
                one.partner_id = {{ level }}_pairs.partner_id
                and other.partner_id = {{ level }}_pairs.other_partner_id
    {% endfor %}
),

of_several as (
    {% for level in ['published', 'strict', 'lenient'] %}
        select
            '{{ level }}' as threshold,
            count(*) as persons,
            count(case when partners > 1 then 1 end) as persons_of_several
        from (
            select
                person,
                count(*) as partners
            from {{ level }}_lists
            group by person
        ) as persons
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

totals as (
    select
        sum(persons) as persons_sum,
        max(persons) as persons_maximum
    from published_partners
),

everybody as (
    select
        'all' as grouping_level,
        cast(null as {{ dbt.type_string() }}) as partner_id,
        cast(null as {{ dbt.type_string() }}) as other_partner_id,
        cast(null as bigint) as persons_of_partner,
        cast(null as bigint) as persons_of_other,
        {% for level, name in [('published', ''), ('strict', '_strict'), ('lenient', '_lenient')] %}
            max(case when seen.threshold = '{{ level }}' then seen.persons_of_several end) as persons_in_both{{ name }},
        {% endfor %}
        coalesce(max(totals.persons_sum), 0) as persons_sum,
        coalesce(max(totals.persons_maximum), 0) as persons_maximum,
        max(case when seen.threshold = 'published' then seen.persons end) as persons_union
    from of_several as seen
    cross join totals
),

both_levels as (
    select * from pairs
    union all
    select * from everybody
),

final as (
    select
        grouping_level,
        partner_id,
        other_partner_id,
        {% for count in [
            'persons_of_partner', 'persons_of_other', 'persons_in_both', 'persons_in_both_strict',
            'persons_in_both_lenient', 'persons_sum', 'persons_maximum'
        ] %}
            cast({{ count }} as bigint) as {{ count }},
        {% endfor %}
        cast(persons_union as bigint) as persons_union
    from both_levels
)

select * from final
