"""Repeat groups: a second sheet whose rows belong to submissions of the first, found by what both hold.

Each row gets the columns of its submission. A row whose submission is not there exactly once is refused, and the
submissions themselves are set aside, so that every row of both sheets is accounted for (law 1).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from warehouse.contract.model import Table
from warehouse.contract.properties import Repeat
from warehouse.contract.spelling import tidy
from warehouse.readers.faults import HeaderMissing, SheetUnknown
from warehouse.readers.grid import FaultyCell, Grid, Opened, RefusedRow, Row
from warehouse.readers.shapes.named import Names, cell, names_of, rows_below


def holds_submissions(grid: Grid, table: Table) -> bool:
    """True for every sheet but those that a repeat group's rows stand on: what is kept or refused is decided there."""
    repeat = table.options.repeat
    return repeat is None or bool(re.fullmatch(repeat.parent, grid.name.strip()))


def repeated(opened: Opened, table: Table) -> Opened:
    """Return the sheets with the repeat group and its submissions as one.

    Raises:
        SheetUnknown: One of the two sheets is not there, or twice.
        HeaderMissing, HeaderDuplicated: A column that joins them is not there, or twice.
    """
    repeat = table.options.repeat
    if repeat is None:
        return opened
    child, parent = _only(opened, repeat.sheet), _only(opened, repeat.parent)
    whole = _Join(_side(child, table), _side(parent, table), repeat).grid()
    return replace(opened, grids=tuple(whole if g is child else g for g in opened.grids if g is not parent))


def _only(opened: Opened, pattern: str) -> Grid:
    found = [grid for grid in opened.grids if re.fullmatch(pattern, grid.name.strip())]
    if len(found) != 1:
        action = "export every group as a sheet of its own, and leave the sheets' names as they are"
        raise SheetUnknown("the workbook", f"{len(found)} sheets like {pattern}", "one", action)
    return found[0]


@dataclass(frozen=True)
class _Side:
    grid: Grid
    names: Names

    def keys(self, headers: list[str]) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Yield the place and the key of each row."""
        places = [self.names.place(header) for header in headers]
        for row in rows_below(self.grid, self.names):
            yield row, tuple(tidy(cell(self.grid, row, place)) for place in places)


def _side(grid: Grid, table: Table) -> _Side:
    names = names_of(grid, table)
    if names is None:
        action = "export the sheet with its header"
        raise HeaderMissing(grid.where, "none of the promised headers", "a header row", action)
    return _Side(grid, names)


class _Join:
    """The rows of one sheet with the columns of another behind them."""

    def __init__(self, child: _Side, parent: _Side, repeat: Repeat) -> None:
        self.child, self.parent = child, parent
        self.width = max(map(len, child.grid.rows))
        here = set(child.names.cells)
        # Both sheets number their rows: what stands in both is the row's own.
        self.taken = [place for place, text in enumerate(parent.names.cells) if text and text not in here]
        self.parents: dict[tuple[str, ...], list[int]] = {}
        for row, key in parent.keys(list(repeat.on.values())):
            self.parents.setdefault(key, []).append(row)
        self.parent_of = {row: self._one(key) for row, key in child.keys(list(repeat.on))}

    def _one(self, key: tuple[str, ...]) -> int | None:
        found = self.parents.get(key, []) if all(key) else []
        return found[0] if len(found) == 1 else None

    def grid(self) -> Grid:
        """Return the joined sheet under the name of the group's."""
        child, parent = self.child.grid, self.parent.grid
        rows = [self._row(row, self.parent_of.get(row)) for row in range(len(child.rows))]
        rows[self.child.names.row] = self._row(self.child.names.row, self.parent.names.row)
        submissions = sum(map(len, self.parents.values()))
        without = submissions - len({row for row in self.parent_of.values() if row is not None})
        notes = [f"{without} of {submissions} submissions have no row here"] if without else []
        return replace(
            child,
            rows=rows,
            counted=child.counted + parent.counted,
            blank_counted=child.blank_counted + parent.blank_counted,
            set_aside=child.set_aside + parent.set_aside + sum(any(map(tidy, row)) for row in parent.rows),
            faults=(*child.faults, *self._faults()),
            refused=(*child.refused, *self._refused()),
            notes=(*child.notes, *notes, *parent.notes),
        )

    def _row(self, row: int, parent: int | None) -> Row:
        own = [cell(self.child.grid, row, place) for place in range(self.width)]
        more = [cell(self.parent.grid, parent, place) if parent is not None else "" for place in self.taken]
        return [*own, *more]

    def _faults(self) -> Iterator[FaultyCell]:
        place_of = {place: self.width + number for number, place in enumerate(self.taken)}
        faults: dict[int, list[FaultyCell]] = {}
        for fault in self.parent.grid.faults:
            faults.setdefault(fault.row, []).append(fault)
        for row, parent in self.parent_of.items():
            for fault in faults.get(parent, []) if parent is not None else []:
                if fault.position in place_of:
                    yield FaultyCell(row, place_of[fault.position], fault.rule)

    def _refused(self) -> Iterator[RefusedRow]:
        """Yield what is refused with its submission, and what has none."""
        refused: dict[int, list[RefusedRow]] = {}
        for one in self.parent.grid.refused:
            refused.setdefault(one.row, []).append(one)
        for row, parent in self.parent_of.items():
            if parent is None:
                yield RefusedRow(row, "parent_missing", expected=self.parent.grid.where)
            else:
                yield from (replace(one, row=row) for one in refused.get(parent, []))
