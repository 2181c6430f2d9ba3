{{
    parameter({
        'window_number': 'integer',
        'reporting_window': 'string',
        'starts_on': 'date',
        'ends_on': 'date',
        'fiscal_year_starts_on': 'date',
    })
}}
