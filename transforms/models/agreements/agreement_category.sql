{{ parameter({'category': 'string'}) }}
