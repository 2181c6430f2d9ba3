"""Each figure that was issued and would be issued differently now, its difference split by cause.

A figure that is a number at both ends has an amount for each cause that moved it, and the amounts add up to the
difference. Where an end is no number (nothing to divide by, withheld, no data, not asked for) the causes are named and
no amount is made up; where an end is suppressed, not even the causes are, for they would tell what is hidden.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

import pyarrow as pa

from warehouse.contract.agreement import DIMENSIONS, Terms
from warehouse.extracts.parameters import TOTAL, grouping_name
from warehouse.store.figures import RESTATED_FIGURES

KEY = ("indicator", "window", "grouping", *DIMENSIONS)
SUPPRESSED = "suppressed"
NOT_ASKED = "not_asked"  # not issued: another version of the agreement asks for it, or the table was too fine
SHARES = frozenset({"percent", "points"})  # of nobody they are nothing; a count of nobody is zero
HEADS = frozenset({"persons", "trainings", "completions"})
Cell = tuple[str | None, ...]


@dataclass(frozen=True)
class Figure:
    """One figure; `value` is null unless it is shown."""

    value: Decimal | None
    status: str


@dataclass(frozen=True)
class Stand:
    """All figures at one point between then and now.

    Attributes:
        cause: What led here from the point before; "" for the first.
        figures: Of the schema FIGURES.
        terms: By which they were counted.
    """

    cause: str
    figures: pa.Table
    terms: Terms

    @cached_property
    def cells(self) -> Mapping[Cell, Figure]:
        """The figures by what they are about."""
        rows = self.figures.select([*KEY, "value", "status"]).to_pylist()
        return {tuple(row[name] for name in KEY): Figure(row["value"], row["status"]) for row in rows}

    @cached_property
    def _asked(self) -> frozenset[tuple[str, str]]:
        """The tables asked for, less those of several dimensions that are left out because they are too fine."""
        terms, there = self.terms.indicators, {(str(cell[0]), str(cell[2])) for cell in self.cells}
        asked = {(one.id, grouping_name(group)) for one in terms for group in ((), *one.disaggregations)}
        return frozenset(table for table in asked if "," not in table[1] or table in there)

    def at(self, cell: Cell, counts: str) -> Figure:
        """Return the figure of a cell; one that has no row counts nobody."""
        if found := self.cells.get(cell):
            return found
        indicator, window, grouping = str(cell[0]), cell[1], str(cell[2])
        if (indicator, grouping) not in self._asked:
            return Figure(None, NOT_ASKED)
        total = self.cells.get((indicator, window, TOTAL, *[None] * len(DIMENSIONS)))
        if total and total.status == "no_data":
            return Figure(None, total.status)
        return Figure(None, "not_applicable") if counts in SHARES else Figure(Decimal(0), "shown")


def differences(path: Sequence[Stand], funder: str, period: str, issue_from: int, issue_to: int) -> pa.Table:
    """Return a row for each figure that differs between the first and the last stand, and each cause of it.

    Args:
        path: What was issued, the worlds between, what would be issued now; at least two.
        funder: Id of the agreement.
        period: Id of the period.
        issue_from: The issue of the first stand.
        issue_to: The issue of the last.

    Returns:
        A table of the schema RESTATED_FIGURES, in the order of the cells and of the path.
    """
    known = {"funder": funder, "period": period, "issue_from": issue_from, "issue_to": issue_to}
    counts = {row["indicator"]: row["counts"] for stand in path for row in _kinds(stand.figures)}
    rows: list[dict[str, Any]] = []
    for cell in sorted({*path[0].cells, *path[-1].cells}, key=lambda one: [part or "" for part in one]):
        along = [(stand.cause, stand.at(cell, counts[str(cell[0])])) for stand in path]
        before, after = along[0][1], along[-1][1]
        if before != after:
            told: dict[str, Any] = {"before": before.value, "after": after.value}
            told |= {"before_status": before.status, "after_status": after.status}
            named = dict(zip(KEY, cell, strict=True))
            rows += [{**known, **named, **told, **cause} for cause in _causes(along)]
    return pa.Table.from_pylist(rows, schema=RESTATED_FIGURES)


def _kinds(figures: pa.Table) -> list[dict[str, str]]:
    kinds: list[dict[str, str]] = (
        figures.select(["indicator", "counts"]).group_by(["indicator", "counts"]).aggregate([]).to_pylist()
    )
    return kinds


def _causes(along: Sequence[tuple[str, Figure]]) -> Iterator[dict[str, Any]]:
    before, after = along[0][1], along[-1][1]
    if SUPPRESSED in (before.status, after.status):
        yield {"difference": None, "cause": SUPPRESSED, "amount": None}
    elif before.value is None or after.value is None:
        for (_, former), (cause, latter) in itertools.pairwise(along):
            if former != latter:
                yield {"difference": None, "cause": cause, "amount": None}
    else:
        for cause, amount in _amounts(along):
            yield {"difference": after.value - before.value, "cause": cause, "amount": amount}


def _amounts(along: Sequence[tuple[str, Figure]]) -> Iterator[tuple[str, Decimal]]:
    """Yield what each cause added; over a stand where the figure was no number, the causes together."""
    known = along[0][1].value or Decimal(0)
    since: list[str] = []
    for cause, figure in along[1:]:
        since.append(cause)
        if figure.value is None:
            continue
        if figure.value != known:
            yield " and ".join(since), figure.value - known
        known, since = figure.value, []


def tellable(causes: Sequence[tuple[str, Decimal]], counts: str, minimum: int) -> tuple[tuple[str, Decimal], ...]:
    """Return the causes of a difference as a funder may read them.

    The difference itself was protected like every figure; an amount within it may be of a few persons. Then the causes
    are named together, with what they come to.

    Args:
        causes: Each with what it added.
        counts: What the indicator counts; behind amounts of anything but heads may stand one person.
        minimum: Fewest persons that may stand behind a figure.
    """
    small = counts not in HEADS or any(abs(amount) < minimum for _, amount in causes)
    if minimum <= 1 or len(causes) < 2 or not small:
        return tuple(causes)
    return ((" and ".join(cause for cause, _ in causes), sum((amount for _, amount in causes), Decimal(0))),)
