"""Rows that the partner itself marked as not to be counted, such as submissions that were not approved."""

from __future__ import annotations

from dataclasses import replace

from warehouse.contract.model import Table
from warehouse.contract.properties import Refuse
from warehouse.contract.spelling import fold_text
from warehouse.readers.grid import Grid, Opened, RefusedRow
from warehouse.readers.shapes.named import cell, names_of, rows_below
from warehouse.readers.shapes.repeat import holds_submissions


def refused_by_partner(opened: Opened, table: Table) -> Opened:
    """Return the sheets with these rows refused; one that another row supersedes stays so.

    Raises:
        HeaderMissing, HeaderDuplicated: The column that says it is not there, or twice.
    """
    if not table.options.refuses:
        return opened
    return replace(opened, grids=tuple(_refused(g, table) if holds_submissions(g, table) else g for g in opened.grids))


def _refused(grid: Grid, table: Table) -> Grid:
    names = names_of(grid, table)
    if names is None:
        return grid
    done = {refused.row for refused in grid.refused}
    found = []
    for rule in table.options.refuses:
        place, values = names.place(rule.header), set(map(fold_text, rule.values))
        for row in rows_below(grid, names):
            if row not in done and fold_text(cell(grid, row, place)) in values:
                done.add(row)
                found.append(_row(row, rule))
    return replace(grid, refused=(*grid.refused, *found))


def _row(row: int, rule: Refuse) -> RefusedRow:
    return RefusedRow(row, "rejected_status", f"'{rule.header}'", rule.reason)
