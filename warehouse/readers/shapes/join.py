"""A text in several columns, as the name in "Last name" and "First name", becomes one."""

from __future__ import annotations

from dataclasses import replace

from warehouse.contract.model import Table
from warehouse.contract.spelling import tidy
from warehouse.readers.grid import Grid, Opened, Row
from warehouse.readers.shapes.named import Names, cell, names_of, rows_below


def joined(opened: Opened, table: Table) -> Opened:
    """Return the sheets with the texts of `join` behind that of the column's own header.

    Raises:
        HeaderMissing, HeaderDuplicated: A header of `join` is not there, or twice, where the column's own is.
    """
    columns = [(column.headers, column.options.join) for column in table.columns if column.options.join]
    if not columns:
        return opened
    grids = []
    for grid in opened.grids:
        names = names_of(grid, table)
        for headers, more in columns if names else ():
            if names and (places := names.places(headers)):
                grid = _one_text(grid, names, [places[0], *map(names.place, more)])
        grids.append(grid)
    return replace(opened, grids=tuple(grids))


def _one_text(grid: Grid, names: Names, places: list[int]) -> Grid:
    first, *others = places
    rows: list[Row] = list(grid.rows)
    for row in rows_below(grid, names):
        if first < len(rows[row]):
            text = " ".join(text for place in places if (text := tidy(cell(grid, row, place))))
            rows[row] = [*rows[row][:first], text, *rows[row][first + 1 :]]
    again = tuple(replace(fault, position=first) for fault in grid.faults if fault.position in others)
    return replace(grid, rows=rows, faults=(*grid.faults, *again))
