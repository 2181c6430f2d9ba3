with programmes as (
    select * from {{ ref('dim_programme') }}
),

descendants as (
    select * from {{ ref('int_programme_descendant') }}
),

completions as (
    select * from {{ ref('fct_module_completion') }}
),

events as (
    select * from {{ ref('dim_event') }}
),

bounds as (
    select * from {{ ref('int_programme_bound') }}
),

provinces as (
    select * from {{ ref('dim_province') }}
),

people as (
    select
        completions.programme_id,
        completions.officer_key,
        max(case when {{ reached('completions') }} then 1 else 0 end) as was_reached,
        max(case when {{ reached('completions') }} and completions.is_officer then 1 else 0 end) as was_officer,
        max(case when completions.completed then 1 else 0 end) as was_trained
    from completions
    group by completions.programme_id, completions.officer_key
),

people_counts as (
    select
        descendants.programme_id,
        count(distinct case when people.was_reached = 1 then people.officer_key end) as persons_reached,
        count(distinct case when people.was_officer = 1 then people.officer_key end) as officers_reached,
        count(distinct case when people.was_trained = 1 then people.officer_key end) as persons_trained
    from descendants
    inner join people on descendants.descendant_id = people.programme_id
    group by descendants.programme_id
),

event_counts as (
    select
        descendants.programme_id,
        count(*) as events
    from descendants
    inner join events on descendants.descendant_id = events.programme_id
    group by descendants.programme_id
),

places as (
    select
        programme_id,
        'duty' as basis,
        province_of_duty as province_code
    from completions
    where {{ reached('completions') }}
    union distinct
    select
        programme_id,
        'training' as basis,
        province_of_training as province_code
    from completions
    union distinct
    select
        programme_id,
        'training' as basis,
        province_of_training as province_code
    from events
),

place_counts as (
    select
        descendants.programme_id,
        count(distinct case when places.basis = 'training' then places.province_code end) as provinces_of_training,
        count(distinct case when places.basis = 'duty' then places.province_code end) as provinces_of_duty,
        {{ text_list("case when places.basis = 'training' then provinces.province_name_en end") }}
            as provinces_of_training_names,
        {{ text_list("case when places.basis = 'duty' then provinces.province_name_en end") }}
            as provinces_of_duty_names
    from descendants
    inner join places on descendants.descendant_id = places.programme_id
    inner join provinces on places.province_code = provinces.province_code
    group by descendants.programme_id
),

final as (
    select
        programmes.programme_id,
        programmes.programme_name,
        programmes.partner_id,
        cast(coalesce(people_counts.persons_reached, 0) as integer) as persons_reached,
        {% for threshold in ['strict', 'lenient'] %}
            cast(coalesce(people_counts.persons_reached, 0) + coalesce(bounds.{{ threshold }}_difference, 0) as integer)
                as persons_reached_{{ threshold }},
        {% endfor %}
        cast(coalesce(people_counts.officers_reached, 0) as integer) as officers_reached,
        cast(coalesce(people_counts.persons_trained, 0) as integer) as persons_trained,
        cast(coalesce(event_counts.events, 0) as integer) as events,
        cast(coalesce(place_counts.provinces_of_training, 0) as integer) as provinces_of_training,
        cast(coalesce(place_counts.provinces_of_duty, 0) as integer) as provinces_of_duty,
        place_counts.provinces_of_training_names,
        place_counts.provinces_of_duty_names
    from programmes
    left join people_counts on programmes.programme_id = people_counts.programme_id
    left join bounds on programmes.programme_id = bounds.programme_id
    left join event_counts on programmes.programme_id = event_counts.programme_id
    left join place_counts on programmes.programme_id = place_counts.programme_id
)

select * from final
