"""A question renamed between versions of a form stands in two columns of one export: they become one again."""

from __future__ import annotations

from dataclasses import replace

from warehouse.contract.model import Table
from warehouse.contract.spelling import tidy
from warehouse.readers.grid import Grid, Opened, RefusedRow, Row
from warehouse.readers.shapes.named import Names, cell, names_of, rows_below


def merged(opened: Opened, table: Table) -> Opened:
    """Return the sheets with one column for each canonical column whose contract says `merge`.

    Of each row the first value is taken; a row with two different ones is refused.
    """
    columns = [column.headers for column in table.columns if column.options.merge]
    if not columns:
        return opened
    grids = []
    for grid in opened.grids:
        names = names_of(grid, table)
        for headers in columns if names else ():
            places = names.places(headers) if names else []
            if names and len(places) > 1:
                grid = _one_column(grid, names, places)
        grids.append(grid)
    return replace(opened, grids=tuple(grids))


def _one_column(grid: Grid, names: Names, places: list[int]) -> Grid:
    first, *others = places
    titles = [tidy(grid.rows[names.row][place]) for place in places]
    rows: list[Row] = list(grid.rows)
    rows[names.row] = ["" if place in others else text for place, text in enumerate(rows[names.row])]
    refused = []
    for row in rows_below(grid, names):
        texts = [text for place in places if tidy(text := cell(grid, row, place))]
        if len(set(map(tidy, texts))) > 1:
            refused.append(RefusedRow(row, "values_differ", " and ".join(f"'{title}'" for title in titles)))
        if texts and first < len(rows[row]):
            rows[row] = [*rows[row][:first], texts[0], *rows[row][first + 1 :]]
    faults = tuple(replace(f, position=first) if f.position in others else f for f in grid.faults)
    note = f"columns {', '.join(map(repr, titles))} are one question of several versions of the form"
    notes, taken = (*grid.notes, note), grid.taken.union(others)
    return replace(grid, rows=rows, faults=faults, refused=(*grid.refused, *refused), notes=notes, taken=taken)
