"""Finds the table in each sheet: titles, header, data, subtotals, signatures; what is found becomes columns of text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import pyarrow as pa

from warehouse.contract.model import Table
from warehouse.contract.spelling import tidy
from warehouse.readers.faults import FileEmpty
from warehouse.readers.grid import Grid, Opened, Row
from warehouse.readers.header import Header, find_header
from warehouse.readers.raw import CellFault, Footer, RawFile, RawSheet
from warehouse.readers.versions import version_position, versions_of


def lay_out(opened: Opened, table: Table) -> RawFile:
    """Return the data rows of every sheet, as the contract says where they stand.

    Raises:
        FileHeld: A sheet has no table of the contract, or one without rows.
    """
    sheets, notes = [], list(opened.notes)
    for grid in opened.grids:
        sheet, header = _sheet(grid, table)
        sheets.append(sheet)
        place = f"{grid.where}: " if grid.name else ""
        notes += [f"{place}{note}" for note in (*header.notes, *grid.notes)]
    return RawFile(tuple(sheets), tuple(notes))


def _sheet(grid: Grid, table: Table) -> tuple[RawSheet, Header]:
    rows = grid.rows
    header = find_header(rows, table, grid.where)
    data, set_aside = data_rows(rows, header, table)
    if not data:
        action = "send the file again, with its rows"
        raise FileEmpty(grid.where, "a header and no row", "at least one row", action)

    def column(position: int) -> pa.Array:
        texts = [rows[i][position] if position < len(rows[i]) else "" for i in data]
        return pa.array(texts, pa.string()).dictionary_encode()

    columns = {name: column(position) for name, position in header.positions.items()}
    columns |= {f"#{n}": column(position) for n, (position, _) in enumerate(header.sessions)}
    sheet = RawSheet(
        name=grid.name,
        number=grid.number,
        rows=pa.table(columns),
        row_numbers=pa.array([grid.number_of(i) for i in data], pa.int32()),
        headers=header.texts,
        titles=find_titles(rows[: header.row], table),
        sessions=tuple(session for _, session in header.sessions),
        set_aside=set_aside + grid.blank_counted,
        counted=grid.counted,
        ragged=_ragged(grid, header, data),
        faults=tuple(_faults(grid, header, frozenset(data))),
        footers=tuple(_footers(grid, header, frozenset(data), table)),
        header_row=grid.number_of(header.row),
        positions=header.positions | {f"#{n}": position for n, (position, _) in enumerate(header.sessions)},
        header_row=grid.number_of(header.row),
        unknown=header.unknown,
        versions=_versions(rows, header, data),
    )
    return sheet, header


def _versions(rows: Sequence[Row], header: Header, data: list[int]) -> tuple[str, ...]:
    place = version_position(rows[header.row])
    return () if place is None else versions_of({tidy(rows[i][place]) for i in data if place < len(rows[i])})


def _ragged(grid: Grid, header: Header, data: list[int]) -> frozenset[int]:
    """Return the numbers of rows with more or fewer cells than the header; a workbook has none."""
    if not grid.has_widths:
        return frozenset()
    rows, width = grid.rows, header.width
    uneven = (i for i in data if len(rows[i]) < width or any(c.strip() for c in rows[i][width:]))
    return frozenset(grid.number_of(i) for i in uneven)


def _faults(grid: Grid, header: Header, data: frozenset[int]) -> Iterator[CellFault]:
    columns: dict[int, str | int] = {position: name for name, position in header.positions.items()}
    columns |= {position: number for number, (position, _) in enumerate(header.sessions)}
    for fault in grid.faults:
        if fault.row in data and fault.position in columns:
            yield CellFault(grid.number_of(fault.row), columns[fault.position], fault.rule)


def _footers(grid: Grid, header: Header, data: frozenset[int], table: Table) -> Iterator[Footer]:
    """Yield the subtotal rows: those below the header that are no data and begin as the contract's footers do."""
    patterns = [re.compile(p) for p in table.options.footer]
    columns = {position: name for name, position in header.positions.items()}
    columns |= {position: f"#{number}" for number, (position, _) in enumerate(header.sessions)}
    for place in range(header.row + 1, len(grid.rows)) if patterns else ():
        if place in data:
            continue
        cells = {columns.get(i, f"@{i}"): text for i, cell in enumerate(grid.rows[place]) if (text := tidy(cell))}
        if cells and any(p.fullmatch(next(iter(cells.values()))) for p in patterns):
            yield Footer(grid.number_of(place), cells)


def find_titles(rows: Sequence[Row], table: Table) -> dict[str, str]:
    """Return the named groups of the contract's titles found in the rows above the header."""
    found: dict[str, str] = {}
    for pattern in map(re.compile, table.options.titles):
        for row in rows:
            for cell in row:
                if match := pattern.search(tidy(cell)):
                    found |= {k: v for k, v in match.groupdict().items() if v is not None and k not in found}
    return found


def data_rows(rows: Sequence[Row], header: Header, table: Table) -> tuple[list[int], int]:
    """Return which rows are data (places from 0), and how many non-blank rows are not."""
    footers = [re.compile(p) for p in table.options.footer]
    end = re.compile(table.options.endsAt) if table.options.endsAt else None
    header_cells = [tidy(cell) for cell in rows[header.row]][: header.width]
    data: list[int] = []
    nonblank, ended = 0, False
    for place, row in enumerate(rows):
        first = next((text for cell in row if (text := tidy(cell))), "")
        if not first:
            continue
        nonblank += 1
        if place <= header.row or ended:
            continue
        if end and end.fullmatch(first):
            ended = True
        elif any(p.fullmatch(first) for p in footers) or (
            first == header_cells[0] and [tidy(cell) for cell in row][: header.width] == header_cells
        ):
            continue
        else:
            data.append(place)
    return data, nonblank - len(data)
