{{ parameter({'partner_id': 'string'}) }}
