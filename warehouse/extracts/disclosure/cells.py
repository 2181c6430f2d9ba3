"""What the numbers of a result table count: each row shows some numbers, and some rows show the same one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from warehouse.extracts.disclosure.issued import Issued
from warehouse.extracts.figures import DIMENSIONS

# A person may stand in several cells of `persons`; counts and sums add up; an `outcome` is one per person in a cell,
# and another in another cell; a rate carries a part and its divisor.
Kind = Literal["persons", "outcome", "count", "sum", "part", "divisor"]
WHOLE: frozenset[Kind] = frozenset({"persons", "outcome", "count", "divisor"})
_KINDS: dict[str, Kind] = {"persons": "persons", "trainings": "count", "completions": "count", "hours": "sum"}
_RATES = frozenset({"percent", "points"})
# Indicators whose fields are cells of another one, and the dimension and value of each; None for no further dimension.
SUBGROUPS: dict[str, tuple[str, str, dict[str, str | None]]] = {
    "share_of_women": (
        "persons_trained",
        "sex",
        {"numerator": "female", "not_met": "male", "undecided": "unknown", "persons": None},
    )
}
_MAIN = frozenset({"value", "numerator"})
SUPPRESSED, NO_DATA = "suppressed", "no_data"


@dataclass(frozen=True)
class Cell:
    """Where a number stands.

    Attributes:
        source: Index of the issue among all that are looked at.
        quantity: What is counted, such as `persons_trained` or `completion_rate.denominator`.
        span: First and last day counted, both included.
        grouping: The dimensions counted by, in their order.
        values: Of these dimensions.
    """

    source: int
    quantity: str
    span: tuple[date, date]
    grouping: tuple[str, ...]
    values: tuple[str, ...]

    def of(self, field: str) -> Cell:
        """Return the place of another field of the same figure."""
        return self.of_quantity(f"{self.quantity}.{field}")

    def of_quantity(self, quantity: str) -> Cell:
        """Return the place of another quantity."""
        return replace(self, quantity=quantity)

    def within(self, dimension: str, value: str) -> Cell:
        """Return the cell of one value of a further dimension."""
        held = dict(zip(self.grouping, self.values, strict=True)) | {dimension: value}
        grouping = tuple(name for name in DIMENSIONS if name in held)
        return replace(self, grouping=grouping, values=tuple(held[name] for name in grouping))


@dataclass(frozen=True)
class Shown:
    """One number that a row shows, or would show were it not suppressed.

    Attributes:
        cell: Where it stands.
        value: None where it is suppressed.
        kind: How it adds up.
        additive: Whether it adds up over every dimension.
        is_people: Whether it counts people, or things of which each has one at least: few are few people.
    """

    cell: Cell
    value: float | None
    kind: Kind
    additive: bool
    is_people: bool


@dataclass(frozen=True)
class Row:
    """One figure.

    Attributes:
        source: Index of its issue.
        place: Index of the row in its table.
        depth: By how many dimensions it is counted; 0 for a total.
        hidden: Whether it is suppressed.
        is_rate: Whether it is reckoned from its numbers, so that it is unknown as long as one of them is.
        numbers: What it shows; the first is what its figure stands or falls with.
    """

    source: int
    place: int
    depth: int
    hidden: bool
    is_rate: bool
    numbers: tuple[Shown, ...]

    @property
    def has_people(self) -> bool:
        """Whether somebody is counted in it; a figure of nobody is never suppressed."""
        return any(shown.is_people or shown.kind == "outcome" for shown in self.numbers if shown.value)

    def suppressed(self) -> Row:
        """Return the figure as a reader sees it when it is suppressed."""
        return replace(self, hidden=True, numbers=tuple(replace(shown, value=None) for shown in self.numbers))


def rows_of(source: int, issued: Issued, columns: dict[str, list[Any]] | None = None) -> Iterator[Row]:
    """Yield the figures of an issue that concern people.

    Args:
        source: Index to give it.
        issued: The issue.
        columns: Its table as Python lists, where it was converted already.
    """
    columns = columns or issued.figures.to_pydict()
    names = list(columns)
    given = _given(columns)
    for place, values in enumerate(zip(*columns.values(), strict=True)):
        figure = dict(zip(names, values, strict=True))
        hidden = figure["status"] == SUPPRESSED
        numbers = tuple(_numbers(source, issued, figure, given))
        if numbers:
            depth = sum(figure[name] is not None for name in DIMENSIONS)
            yield Row(source, place, depth, hidden, figure["counts"] not in _KINDS, numbers)


def _given(columns: dict[str, list[Any]]) -> set[tuple[str, str]]:
    """Return the indicators and fields that hold anything; a field without is none that suppression hides.

    Of an indicator that is suppressed as a whole nobody can tell.
    """
    seen = {one for one, status in zip(columns["indicator"], columns["status"], strict=True) if status != SUPPRESSED}
    return {
        (indicator, name)
        for name in ("not_met", "undecided", "denominator", "persons")
        for indicator, value in zip(columns["indicator"], columns[name], strict=True)
        if value is not None or indicator not in seen
    }


def _numbers(source: int, issued: Issued, figure: dict[str, Any], given: set[tuple[str, str]]) -> Iterator[Shown]:
    """Yield what a figure shows: its own number first, then outcomes, then the people behind it."""
    indicator, counts, hidden = figure["indicator"], figure["counts"], figure["status"] == SUPPRESSED
    grouping = tuple(name for name in DIMENSIONS if figure[name] is not None)
    values = tuple(figure[name] for name in grouping)
    at = Cell(source, indicator, issued.span(figure["window"]), grouping, values)

    def number(cell: Cell, field: str, kind: Kind, is_people: bool = False) -> Iterator[Shown]:
        value = figure[field]
        if value is None and field == "value" and figure["status"] == NO_DATA:
            value = 0  # the totals were computed without it
        if (hidden and (field in _MAIN or (indicator, field) in given)) or value is not None:
            additive = bool(figure["additive"]) and field == "value"
            yield Shown(cell, None if hidden else float(value), kind, additive, is_people)

    if counts in _KINDS:
        kind = _KINDS[counts]
        yield from number(at, "value", kind, is_people=kind != "sum")
        if kind != "sum":
            yield from number(at.of("not_met"), "not_met", "outcome")
            yield from number(at.of("undecided"), "undecided", "outcome")
    elif indicator in SUBGROUPS:
        quantity, dimension, fields = SUBGROUPS[indicator]
        for field, value in fields.items():
            cell = at.of_quantity(quantity)
            yield from number(cell.within(dimension, value) if value else cell, field, "persons", is_people=True)
        return
    elif counts in _RATES:
        yield from number(at.of("numerator"), "numerator", "part")
        yield from number(at.of("denominator"), "denominator", "divisor", is_people=True)
    if counts != "persons":
        yield from number(at.of("persons"), "persons", "persons", is_people=True)
