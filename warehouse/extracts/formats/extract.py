"""What is rendered: the result table with its context, and the table's rows read once for all formats."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

import pyarrow as pa

from warehouse.contract.agreement import DIMENSIONS
from warehouse.extracts.formats.context import Context

Row = dict[str, Any]


@dataclass(frozen=True)
class Extract:
    """Figures in the shape of `FIGURES`, and everything a renderer says beside them."""

    figures: pa.Table
    context: Context

    @cached_property
    def rows(self) -> list[Row]:
        """The figures as dictionaries, in their order."""
        found: list[Row] = self.figures.to_pylist()
        return found

    @cached_property
    def by_indicator(self) -> dict[str, list[Row]]:
        """The rows of each indicator, in the order of the table."""
        found: dict[str, list[Row]] = {}
        for row in self.rows:
            found.setdefault(row["indicator"], []).append(row)
        return found


def dimensions_of(row: Row) -> tuple[str, ...]:
    """Return the dimensions a row is counted by; none for a total."""
    return tuple(name for name in DIMENSIONS if row[name] is not None)


def number(value: Decimal | int | None) -> float | int | None:
    """Return a figure as JSON and workbooks hold it: whole ones as int, others as float.

    Exact up to 15 digits, which is what a float keeps and a reader of either format gets.
    """
    if value is None or isinstance(value, int):
        return value
    whole = int(value)
    return whole if whole == value else float(value)


def plain(value: Decimal) -> str:
    """Return a figure as text without zeros that say nothing, never in scientific notation."""
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"
