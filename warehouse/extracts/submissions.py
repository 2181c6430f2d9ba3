"""Which partners of an agreement sent what they owed for a period, so that zero and missing differ."""

from __future__ import annotations

from datetime import date

import duckdb
import pyarrow as pa

from warehouse.contract.agreement import Terms
from warehouse.contract.periods import Period
from warehouse.extracts.formats.context import State, Submission

# A partner has reported a period when a row of it is there, or when data of a later day or a file of a later day shows
# that the reporting has gone past it: then there was nothing to report. Anything else is missing.
_ROWS = """
    select
        partner_id,
        coalesce(bool_or(day between $starts_on and $ends_on), false) as has_rows,
        max(day) as last_day
    from (
        select partner_id, held_on as day from warehouse.marts.fct_module_completion
        union all
        select partner_id, last_attended_on as day from warehouse.marts.fct_module_completion
        union all
        select partner_id, starts_on as day from warehouse.marts.dim_event
    )
    group by partner_id
"""
_FILES = """
    select partner_id, max(cast(delivered_at at time zone 'UTC' as date)) as last_delivery
    from deliveries where outcome = 'accepted' group by partner_id
"""


def submissions(
    connection: duckdb.DuckDBPyConnection, deliveries: pa.Table, terms: Terms, period: Period
) -> tuple[Submission, ...]:
    """Return what each partner of the agreement sent, in the agreement's order.

    Args:
        connection: With the marts attached as `warehouse`.
        deliveries: The input `deliveries` from which they were built.
        terms: Names the partners.
        period: What they owe data for.
    """
    days = {"starts_on": period.starts_on, "ends_on": period.ends_on}
    rows = {p: (has, last) for p, has, last in connection.execute(_ROWS, days).fetchall()}
    connection.register("deliveries", deliveries)
    files: dict[str, date] = dict(connection.execute(_FILES).fetchall())
    connection.unregister("deliveries")
    names = dict(connection.execute("select partner_id, partner_name from warehouse.marts.dim_partner").fetchall())
    return tuple(
        Submission(
            names.get(partner, partner),
            _state(*rows.get(partner, (False, None)), files.get(partner), period),
            files.get(partner),
        )
        for partner in terms.partners
    )


def _state(has_rows: bool, last_day: date | None, last_delivery: date | None, period: Period) -> State:
    if has_rows:
        return "delivered"
    gone_past = any(day and day > period.ends_on for day in (last_day, last_delivery))
    return "nothing for the period" if gone_past else "missing"
