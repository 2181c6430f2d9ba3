{{
    parameter({
        'agreement_id': 'string',
        'agreement_version': 'integer',
        'measure': 'string',
        'share_numerator': 'integer',
        'share_denominator': 'integer',
        'share_is_inclusive': 'boolean',
        'minimum_hours': 'integer',
        'assessment': 'string',
        'pass_mark_percent': 'integer',
        'late_joiners': 'string',
        'unknown_attendance': 'string',
        'uniqueness': 'string',
    })
}}
