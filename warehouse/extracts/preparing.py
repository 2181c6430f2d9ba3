"""The figures of an extract and what is said beside them: the same for a draft and for its reproduction.

version ──compute──► figures ──protect──► what may leave ──┐
   └──► labels, submissions, exclusions, definitions ──────┴──► Context ──► formats
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
import pyarrow as pa

from warehouse.contract.agreement import Agreement, Terms
from warehouse.contract.periods import Period
from warehouse.extracts.differences import tellable
from warehouse.extracts.disclosure.issued import Issued, strictest
from warehouse.extracts.disclosure.protect import Protected, protect
from warehouse.extracts.exclusions import exclusions
from warehouse.extracts.figures import DIMENSIONS, compute
from warehouse.extracts.formats.columns import DIMENSION_NAMES, WINDOW_NAMES
from warehouse.extracts.formats.context import Context, Definition, Restated, Submission
from warehouse.extracts.labels import labels
from warehouse.extracts.rule_in_words import rule_in_words
from warehouse.extracts.submissions import submissions
from warehouse.extracts.too_fine import without_too_fine
from warehouse.transform.compiled import Models


@dataclass(frozen=True)
class Basis:
    """What figures are computed from.

    Attributes:
        connection: With a version attached as `warehouse`, and an empty database as `workbench`.
        models: Its compiled models.
        deliveries: The input `deliveries` from which it was built.
        version: Its name.
        content_hash: Of its marts.
        as_of: The day it stands for.
        code: Fingerprint of the program.
    """

    connection: duckdb.DuckDBPyConnection
    models: Models
    deliveries: pa.Table
    version: str
    content_hash: str
    as_of: date
    code: str


@dataclass(frozen=True)
class Request:
    """Which extract.

    Attributes:
        agreement: The funder's.
        terms: The version in force.
        period: What is reported.
        issue: Its number.
        history: Everything issued before, by any funder.
    """

    agreement: Agreement
    terms: Terms
    period: Period
    issue: int
    history: Sequence[Issued] = ()


@dataclass(frozen=True)
class Counted:
    """The figures of an extract.

    Attributes:
        raw: Before anything was hidden; they never leave.
        protected: What may leave, and how much was hidden.
        submissions: What each partner sent.
        too_fine: Tables that are not given at all: indicator, dimensions and window.
    """

    raw: pa.Table
    protected: Protected
    submissions: tuple[Submission, ...]
    too_fine: tuple[tuple[str, str, str], ...]

    @property
    def figures(self) -> pa.Table:
        """What may leave, with the schema FIGURES."""
        return self.protected.figures


def count(basis: Basis, agreement: Agreement, terms: Terms, period: Period) -> tuple[tuple[Submission, ...], pa.Table]:
    """Return what each partner sent, and the figures before anything is hidden, with the schema FIGURES."""
    sent = submissions(basis.connection, basis.deliveries, terms, period)
    missing = [partner for partner, one in zip(terms.partners, sent, strict=True) if one.state == "missing"]
    return sent, compute(basis.connection, basis.models, agreement, terms, period, missing)


def prepare(basis: Basis, request: Request) -> Counted:
    """Compute the figures and hide what is too small, beside everything issued before."""
    agreement, terms, period = request.agreement, request.terms, request.period
    sent, raw = count(basis, agreement, terms, period)
    rule = strictest([terms.disclosure, *(one.terms.disclosure for one in request.history)])
    given, too_fine = without_too_fine(raw, rule.minimum)
    protected = protect(Issued(agreement.id, period, request.issue, terms, given), request.history, rule)
    return Counted(raw, protected, sent, too_fine)


def context_of(basis: Basis, request: Request, counted: Counted, restated: pa.Table | None) -> Context:
    """Gather what is said beside the figures.

    Args:
        basis: On whose connection they were computed.
        request: Which extract.
        counted: Its figures.
        restated: How they differ from the issue before, with the schema RESTATED_FIGURES; None for the first.
    """
    terms, named = request.terms, labels(basis.connection)
    return Context(
        agreement=request.agreement,
        terms=terms,
        period=request.period,
        issue=request.issue,
        as_of=basis.as_of,
        version=basis.version,
        content_hash=basis.content_hash,
        code=basis.code,
        rule=(*rule_in_words(terms), *_left_out(counted.too_fine, terms)),
        definitions=_definitions(basis.models, terms),
        labels=named,
        exclusions=exclusions(basis.connection, terms, request.period),
        submissions=counted.submissions,
        restatements=_restatements(restated, named, basis.models, terms),
    )


def _left_out(tables: tuple[tuple[str, str, str], ...], terms: Terms) -> tuple[str, ...]:
    names = {one.id: one.name for one in terms.indicators}
    windows: dict[tuple[str, str], list[str]] = defaultdict(list)
    for indicator, grouping, window in tables:
        windows[indicator, grouping].append(window)
    told = "; ".join(
        f"{names[indicator]} by {_in_words(grouping)}" + ("" if len(some) > 1 else f", {WINDOW_NAMES[some[0]].lower()}")
        for (indicator, grouping), some in windows.items()
    )
    return (f"Not given, because most of its figures would count too few people: {told}.",) if tables else ()


def _in_words(grouping: str) -> str:
    *first, last = [DIMENSION_NAMES[name].lower() for name in grouping.split(",")]
    return f"{', '.join(first)} and {last}" if first else last


def _definitions(models: Models, terms: Terms) -> dict[str, Definition]:
    metas = {one.id: models.nodes[one.id].meta for one in terms.indicators}
    parts = ("meaning", "numerator", "denominator")
    return {id: Definition(*(str(meta.get(part) or "") for part in parts)) for id, meta in metas.items()}


def _restatements(
    restated: pa.Table | None, named: dict[str, dict[str, str]], models: Models, terms: Terms
) -> tuple[Restated, ...]:
    """Return a line per figure, its causes together."""
    if restated is None:
        return ()
    figures: dict[tuple[Any, ...], list[dict[str, Any]]] = defaultdict(list)
    for row in restated.to_pylist():
        figures[tuple(row[name] for name in ("indicator", "window", "grouping", *DIMENSIONS))].append(row)
    return tuple(_restatement(rows, named, models, terms) for rows in figures.values())


def _restatement(
    rows: list[dict[str, Any]], named: dict[str, dict[str, str]], models: Models, terms: Terms
) -> Restated:
    first = rows[0]
    node = models.nodes.get(first["indicator"])
    cell = [named[name].get(first[name], first[name]) for name in DIMENSIONS if first[name] is not None]
    causes: list[tuple[str, Decimal]] = [
        (row["cause"].replace("_", " "), row["amount"]) for row in rows if row["amount"] is not None
    ]
    return Restated(
        indicator=first["indicator"],
        window=first["window"],
        period=first["period"],
        cell=", ".join(cell) or "total",
        before=first["before"],
        after=first["after"],
        before_status=first["before_status"],
        after_status=first["after_status"],
        causes=tellable(causes, node.meta["counts"] if node else "", terms.disclosure.minimum),
    )
