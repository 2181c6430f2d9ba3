"""Tables and sheets small enough to see what a step makes of them."""

from __future__ import annotations

from typing import Any

from warehouse.contract.entities import ENTITIES
from warehouse.contract.model import ColumnContract, Table
from warehouse.contract.properties import ColumnProperties, TableProperties
from warehouse.readers.grid import Grid, Opened

COLUMNS = {column.name: column for column in ENTITIES["attendance"]}


def column(name: str, *headers: str, **options: Any) -> ColumnContract:
    return ColumnContract(COLUMNS[name], headers, False, False, False, ColumnProperties(**options))


def table(*columns: ColumnContract, **options: Any) -> Table:
    plain: dict[str, Any] = {"entity": "attendance", "files": ".*", "format": "workbook", "toleratedRefusedPercent": 0}
    return Table("list", columns, (), TableProperties(**(plain | options)))


def sheet(name: str, *lines: str, **facts: Any) -> Grid:
    """A sheet of lines with cells between bars; blank lines are blank rows."""
    rows = [[cell.strip() for cell in line.split("|")] if line else [] for line in lines]
    return Grid(name, facts.pop("number", 1), rows, sum(any(row) for row in rows), **facts)


def opened(*grids: Grid) -> Opened:
    return Opened(grids)


def lines(grid: Grid) -> list[str]:
    return ["|".join(row).rstrip("|") for row in grid.rows]


def refused(grid: Grid) -> list[tuple[int, str]]:
    return [(one.row, one.rule) for one in grid.refused]
