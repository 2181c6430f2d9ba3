{%- set dimensions = figure_dimensions() -%}
{%- set person = 'window_number, officer_number, programme_id' -%}

-- How far each participant has come in a programme that numbers its modules, across deliveries, by the end of a window.
with trainings as (
    select * from {{ ref('counted_training') }}
),

windows as (
    select * from {{ ref('agreement_window') }}
),

numbered as (
    select distinct
        programme_id,
        module_id
    from {{ ref('dim_module_crosswalk') }}
    where module_number is not null
),

sizes as (
    select
        programme_id,
        count(*) as modules
    from numbered
    group by programme_id
),

modules as (
    select
        windows.window_number,
        windows.starts_on,
        trainings.officer_number,
        trainings.programme_id,
        trainings.module_id,
        min(case when trainings.is_met then trainings.held_on end) as met_on,
        min(case when coalesce(trainings.is_met, true) then trainings.held_on end) as perhaps_met_on,
        max(case when trainings.last_attended_on >= windows.starts_on then 1 else 0 end) as was_attended
    from trainings
    inner join numbered
        on
            trainings.programme_id = numbered.programme_id
            and trainings.module_id = numbered.module_id
    inner join windows on trainings.held_on <= windows.ends_on
    group by
        windows.window_number, windows.starts_on, trainings.officer_number, trainings.programme_id,
        trainings.module_id
),

persons as (
    select
        {{ person }},
        max(starts_on) as starts_on,
        max(was_attended) as took_part,
        count(met_on) as modules_met,
        count(perhaps_met_on) as modules_perhaps_met,
        max(met_on) as last_met_on,
        max(perhaps_met_on) as last_perhaps_met_on
    from modules
    group by {{ person }}
),

-- A participant is counted by what they were in the last module of the programme.
described as (
    select
        windows.window_number,
        trainings.officer_number,
        trainings.programme_id,
        {% for dimension in dimensions %}
            trainings.{{ dimension }}_place,
        {% endfor %}
        row_number() over (
            partition by windows.window_number, trainings.officer_number, trainings.programme_id
            order by trainings.held_on desc, trainings.module_id asc, trainings.event_number asc
        ) as place
    from trainings
    inner join sizes on trainings.programme_id = sizes.programme_id
    inner join windows on trainings.held_on <= windows.ends_on
),

final as (
    select
        described.*,
        sizes.modules,
        persons.took_part,
        persons.modules_met,
        persons.modules_perhaps_met,
        case when persons.modules_met = sizes.modules and persons.last_met_on >= persons.starts_on then 1 else 0 end
            as was_completed,
        case
            when
                persons.modules_met < sizes.modules and persons.modules_perhaps_met = sizes.modules
                and persons.last_perhaps_met_on >= persons.starts_on
                then 1
            else 0
        end as was_undecided
    from described
    inner join sizes on described.programme_id = sizes.programme_id
    inner join persons
        on
            described.window_number = persons.window_number
            and described.officer_number = persons.officer_number
            and described.programme_id = persons.programme_id
    where described.place = 1
)

select * from final
