"""What an agreement says, as the parameter tables that models/agreements leaves empty."""

from __future__ import annotations

from typing import Any

import duckdb
import pyarrow as pa

from warehouse.contract.agreement import DIMENSIONS, Agreement, Terms
from warehouse.contract.periods import Period

TOTAL = "total"
_TEXT, _INT, _DAY, _TRUTH = pa.string(), pa.int32(), pa.date32(), pa.bool_()

RULE = pa.schema(
    [
        ("agreement_id", _TEXT),
        ("agreement_version", _INT),
        ("measure", _TEXT),
        ("share_numerator", _INT),
        ("share_denominator", _INT),
        ("share_is_inclusive", _TRUTH),
        ("minimum_hours", _INT),
        ("assessment", _TEXT),
        ("pass_mark_percent", _INT),
        ("late_joiners", _TEXT),
        ("unknown_attendance", _TEXT),
        ("uniqueness", _TEXT),
    ]
)
WINDOW = pa.schema(
    [
        ("window_number", _INT),
        ("reporting_window", _TEXT),
        ("starts_on", _DAY),
        ("ends_on", _DAY),
        ("fiscal_year_starts_on", _DAY),
    ]
)
GROUPING = pa.schema(
    [
        ("grouping_number", _INT),
        ("grouping_name", _TEXT),
        ("dimensions", _INT),
        *((f"by_{dimension}", _TRUTH) for dimension in DIMENSIONS),
    ]
)
PROGRAMME = pa.schema([("programme_id", _TEXT)])
PARTNER = pa.schema([("partner_id", _TEXT)])
CATEGORY = pa.schema([("category", _TEXT)])


def parameters(
    connection: duckdb.DuckDBPyConnection, agreement: Agreement, terms: Terms, period: Period
) -> dict[str, pa.Table]:
    """Return the tables by the name of the model they take the place of.

    Args:
        connection: With a version attached as `warehouse`: its list of categories says which are officers.
        agreement: Whose terms they are.
        terms: The version in force.
        period: What is reported.
    """
    rows: dict[str, tuple[pa.Schema, list[dict[str, Any]]]] = {
        "agreement_rule": (RULE, [_rule(agreement, terms)]),
        "agreement_window": (WINDOW, _windows(terms, period)),
        "agreement_grouping": (GROUPING, _groupings(terms)),
        "agreement_programme": (PROGRAMME, [{"programme_id": one} for one in terms.programmes]),
        "agreement_partner": (PARTNER, [{"partner_id": one} for one in terms.partners]),
        "agreement_category": (CATEGORY, [{"category": one} for one in _categories(connection, terms)]),
    }
    return {name: pa.Table.from_pylist(found, schema=schema) for name, (schema, found) in rows.items()}


def grouping_name(dimensions: tuple[str, ...]) -> str:
    """Return how a grouping is called: its dimensions in their one order, or `total`."""
    return ",".join(dimension for dimension in DIMENSIONS if dimension in dimensions) or TOTAL


def _rule(agreement: Agreement, terms: Terms) -> dict[str, Any]:
    rule = terms.completion
    return {
        "agreement_id": agreement.id,
        "agreement_version": terms.version,
        "measure": rule.measure,
        "share_numerator": rule.numerator,
        "share_denominator": rule.denominator,
        "share_is_inclusive": rule.inclusive,
        "minimum_hours": rule.minimum_hours,
        "assessment": rule.assessment,
        "pass_mark_percent": rule.pass_mark_percent,
        "late_joiners": rule.late_joiners,
        "unknown_attendance": rule.unknown_attendance,
        "uniqueness": terms.unique,
    }


def _windows(terms: Terms, period: Period) -> list[dict[str, Any]]:
    starts = {"period": period.starts_on, "cumulative": min(terms.cumulative_from, period.starts_on)}
    return [
        {
            "window_number": number,
            "reporting_window": window,
            "starts_on": start,
            "ends_on": period.ends_on,
            "fiscal_year_starts_on": period.fiscal_year_starts_on,
        }
        for number, (window, start) in enumerate(starts.items(), 1)
    ]


def _groupings(terms: Terms) -> list[dict[str, Any]]:
    asked = {grouping_name(group): group for one in terms.indicators for group in ((), *one.disaggregations)}
    return [
        {
            "grouping_number": number,
            "grouping_name": name,
            "dimensions": len(asked[name]),
            **{f"by_{dimension}": dimension in asked[name] for dimension in DIMENSIONS},
        }
        for number, name in enumerate(sorted(asked))
    ]


def _categories(connection: duckdb.DuckDBPyConnection, terms: Terms) -> list[str]:
    if terms.population.categories:
        return sorted(terms.population.categories)
    condition = "where is_officer" if terms.population.officers_only else ""
    found = connection.execute(f"select category from warehouse.marts.dim_person_category {condition} order by all")  # noqa: S608
    return [category for (category,) in found.fetchall()]
