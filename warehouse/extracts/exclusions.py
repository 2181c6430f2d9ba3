"""Whom the figures of an extract leave out."""

from __future__ import annotations

import duckdb

from warehouse.contract.agreement import Terms
from warehouse.contract.periods import Period
from warehouse.extracts.formats.context import Exclusion

# Asked after the figures were computed: models/agreements then knows the agreement's programmes and categories.
_LEFT_OUT = """
    with people as (
        select
            completions.officer_key,
            max(case when categories.category is not null then 1 else 0 end) as counts,
            max(completions.sessions_attended) as sessions
        from warehouse.marts.fct_module_completion as completions
        inner join workbench.agreements.agreement_scope as scope on completions.programme_id = scope.programme_id
        left join workbench.agreements.agreement_category as categories on completions.category = categories.category
        where completions.held_on between $starts_on and $ends_on
        group by completions.officer_key
    )

    select
        count(case when counts = 0 and sessions > 0 then 1 end) as outside,
        count(case when counts = 1 and sessions = 0 then 1 end) as never_came
    from people
"""


def exclusions(connection: duckdb.DuckDBPyConnection, terms: Terms, period: Period) -> tuple[Exclusion, ...]:
    """Return how many persons of the period are left out and why; a small number is not told.

    Args:
        connection: On which the figures were computed.
        terms: Whose minimum of persons holds here as well.
        period: What is reported.
    """
    found = connection.execute(_LEFT_OUT, {"starts_on": period.starts_on, "ends_on": period.ends_on}).fetchone()
    outside, never_came = found or (0, 0)
    reasons = (
        ("Came to a session, but are not of the population that counts", outside),
        ("Stand on a list, but came to no session", never_came),
    )
    least = terms.disclosure.minimum
    return tuple(Exclusion(why, None if 0 < number < least else number) for why, number in reasons)
