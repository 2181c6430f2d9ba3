{%- set cell = [
    'funder', 'period', 'issue_to', 'indicator', 'reporting_window', 'grouping_name', 'province_of_duty',
    'province_of_training', 'module_id', 'topic', 'sex', 'category', 'unit_code', 'partner_id',
] -%}

select
    {{ cell | join(', ') }},
    max(difference) as difference,
    sum(amount) as amounts
from {{ ref('indicator_restated') }}
where difference is not null
group by {{ cell | join(', ') }}
having sum(amount) is null or sum(amount) <> max(difference)
