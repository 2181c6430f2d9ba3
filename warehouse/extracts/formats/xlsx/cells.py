"""Figures by one list of dimensions, found by indicator, window and cell: what the sheets of disaggregations draw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from warehouse.contract.agreement import DIMENSIONS
from warehouse.extracts.formats.extract import Extract, Row, dimensions_of

_UNKNOWN = "unknown"
Cell = tuple[str | None, ...]  # a code, or None for all, per dimension of DIMENSIONS


@dataclass(frozen=True)
class Breakdown:
    """All figures counted by one list of dimensions, and where the totals beside them are found.

    Attributes:
        dimensions: In the order of `DIMENSIONS`.
        rows: Its figures, in the order of the table.
        figures: Every figure of the extract by indicator, window and cell.
    """

    dimensions: tuple[str, ...]
    rows: list[Row]
    figures: dict[tuple[str, str, Cell], Row]

    def codes(self, dimension: str, indicator: str | None = None) -> list[str]:
        """Return the codes that occur, sorted, the unknown last."""
        rows = (row for row in self.rows if indicator in (None, row["indicator"]))
        return sorted({row[dimension] for row in rows}, key=in_order)

    def figure(self, indicator: str, window: str, codes: Mapping[str, str]) -> Row | None:
        """Return a figure by the codes of its cell; dimensions not named are all."""
        return self.figures.get((indicator, window, tuple(codes.get(name) for name in DIMENSIONS)))

    @property
    def indicators(self) -> list[Row]:
        """The first row of each indicator."""
        return list({row["indicator"]: row for row in reversed(self.rows)}.values())[::-1]


def breakdowns(extract: Extract) -> list[Breakdown]:
    """Return one for each list of dimensions that any indicator is counted by, those of fewer dimensions first."""
    figures = {(r["indicator"], r["window"], tuple(r[name] for name in DIMENSIONS)): r for r in extract.rows}
    grouped: dict[tuple[str, ...], list[Row]] = {}
    for row in extract.rows:
        if dimensions := dimensions_of(row):
            grouped.setdefault(dimensions, []).append(row)
    ordered = sorted(grouped, key=lambda d: (len(d), [DIMENSIONS.index(name) for name in d]))
    return [Breakdown(dimensions, grouped[dimensions], figures) for dimensions in ordered]


def in_order(code: str) -> tuple[bool, str]:
    """Return what codes are sorted by: the unknown comes last."""
    return code == _UNKNOWN, code
