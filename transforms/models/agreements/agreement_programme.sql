{{ parameter({'programme_id': 'string'}) }}
