-- How many persons more, or fewer, a threshold other than the published one would count in total.
with trainings as (
    select * from {{ ref('bound_training') }}
),

windows as (
    select * from {{ ref('agreement_window') }}
),

rule as (
    select * from {{ ref('agreement_rule') }}
),

persons as (
    select
        windows.window_number,
        windows.starts_on,
        trainings.threshold,
        trainings.person_number,
        -- Attendance that begins before the window and ends after it is taken for attendance within.
        max(
            case
                when trainings.first_attended_on <= windows.ends_on and trainings.last_attended_on >= windows.starts_on
                    then 1
                else 0
            end
        ) as was_reached,
        min(case when trainings.is_met and trainings.held_on <= windows.ends_on then trainings.held_on end)
            as first_met_on,
        min(
            case
                when
                    trainings.is_met and trainings.held_on <= windows.ends_on
                    and {{ within_span('trainings', 'windows') }}
                    then trainings.held_on
            end
        ) as first_met_of_span_on
    from trainings
    cross join rule
    cross join windows
    group by windows.window_number, windows.starts_on, trainings.threshold, trainings.person_number
),

counts as (
    select
        {% for threshold in ['strict', 'published', 'lenient'] %}
            count(case when threshold = '{{ threshold }}' and was_reached = 1 then 1 end) as reached_{{ threshold }},
            count(case when threshold = '{{ threshold }}' and first_met_of_span_on >= starts_on then 1 end)
                as trained_{{ threshold }},
            count(case when threshold = '{{ threshold }}' and first_met_on >= starts_on then 1 end)
                as new_{{ threshold }},
        {% endfor %}
        window_number
    from persons
    group by window_number
),

final as (
    select
        {% for threshold in ['strict', 'lenient'] %}
            coalesce(counts.reached_{{ threshold }} - counts.reached_published, 0) as persons_reached_{{ threshold }},
            {% for count in ['trained', 'new'] %}
                case
                    when rule.assessment = 'none' and rule.late_joiners = 'all_sessions'
                        then coalesce(counts.{{ count }}_{{ threshold }} - counts.{{ count }}_published, 0)
                end as persons_{{ count }}_{{ threshold }},
            {% endfor %}
        {% endfor %}
        windows.reporting_window
    from windows
    cross join rule
    left join counts on windows.window_number = counts.window_number
)

select * from final
