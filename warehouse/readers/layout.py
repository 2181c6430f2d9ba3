"""Finds the table in each sheet: titles, header, data, subtotals, signatures; what is found becomes columns of text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import pyarrow as pa

from warehouse.contract.model import Table
from warehouse.contract.spelling import tidy
from warehouse.readers.faults import FileEmpty, HeaderMissing
from warehouse.readers.grid import Grid, Opened, Row, first_filled
from warehouse.readers.header import Header, HeaderAgain, find_header
from warehouse.readers.raw import CellFault, Footer, RawFile, RawSheet, RowRefusal
from warehouse.readers.shapes import shaped
from warehouse.readers.versions import told_of, version_position, versions_of

_WITH_ZEROS = frozenset({"person_id", "police_id", "phone"})  # columns in which 012 is another value than 12
_NAMES, _SAID = ("name_latin", "name_khmer"), ("status", "score", "outcome")
_MOST_ROWS_TOLD = 20


class Parted(NamedTuple):
    """The rows of a sheet by what they are, as places from 0.

    Attributes:
        data: Rows of the table.
        set_aside: How many non-blank rows are no data.
        footers: Rows below the header that the contract's `footer` matches.
        below: Non-blank rows below the one that `endsAt` matches.
    """

    data: list[int]
    set_aside: int
    footers: list[int]
    below: list[int]


def lay_out(opened: Opened, table: Table) -> RawFile:
    """Return the data rows of every sheet, as the contract says where they stand.

    Raises:
        FileHeld: A sheet has no table of the contract, or one without rows.
    """
    sheets, notes = [], list(opened.notes)
    for grid in shaped(opened, table).grids:
        sheet, told = _sheet(grid, table)
        sheets.append(sheet)
        place = f"{grid.where}: " if grid.name else ""
        notes += [f"{place}{note}" for note in told]
    return RawFile(tuple(sheets), tuple(notes))


def _sheet(grid: Grid, table: Table) -> tuple[RawSheet, tuple[str, ...]]:
    """Return the sheet and what is worth telling about it."""
    rows = grid.rows
    header = find_header(rows, table, grid.where, grid.merged, grid.taken)
    parted = data_rows(grid, header, table)
    data = parted.data
    if not data:
        action = "send the file again, with its rows"
        raise FileEmpty(grid.where, "a header and no row", "at least one row", action)

    def column(position: int) -> pa.Array:
        texts = [rows[i][position] if position < len(rows[i]) else "" for i in data]
        return pa.array(texts, pa.string()).dictionary_encode()

    columns = {name: column(position) for name, position in header.positions.items()}
    columns |= {f"#{n}": column(position) for n, (position, _) in enumerate(header.sessions)}
    uneven, widths = uneven_rows(rows, header, data) if grid.has_widths else ([], ())
    sheet = RawSheet(
        name=grid.name,
        number=grid.number,
        rows=pa.table(columns),
        row_numbers=pa.array([grid.number_of(i) for i in data], pa.int32()),
        headers=header.texts,
        titles=find_titles(rows[: header.first], table),
        sessions=tuple(session for _, session in header.sessions),
        set_aside=parted.set_aside + grid.blank_counted + grid.set_aside,
        counted=grid.counted,
        ragged=frozenset(grid.number_of(i) for i in uneven),
        faults=tuple(_faults(grid, header, frozenset(data))),
        refused=tuple(_refused(grid, frozenset(data))),
        footers=tuple(_footers(grid, header, frozenset(data), table)),
        header_row=grid.number_of(header.first),
        positions=header.positions | {f"#{n}": position for n, (position, _) in enumerate(header.sessions)},
        unknown=header.unknown,
        versions=_versions(rows, header, sorted(set(data) - set(uneven))),
    )
    persons = told_persons(grid, header, parted)
    return sheet, (*header.notes, *widths, *persons, *told_of(sheet.versions), *grid.notes)


def _versions(rows: Sequence[Row], header: Header, data: list[int]) -> tuple[str, ...]:
    place = version_position(rows[header.row])
    return () if place is None else versions_of({tidy(rows[i][place]) for i in data if place < len(rows[i])})


def uneven_rows(rows: Sequence[Row], header: Header, data: Sequence[int]) -> tuple[list[int], tuple[str, ...]]:
    """Return the rows whose cells may stand under another header than their own, and a note.

    Rows that end in blank cells more than the header has are sound where all of them do: their program ends every line
    with a separator. Where only some do, a cell of theirs may have been split, and moved the others to the right.
    """
    width, widths = header.width, {len(rows[i]) for i in data}
    usual = max(len(rows[i]) for i in range(header.first, header.row + 1))
    if len(widths) == 1 and min(widths) >= width and not any(tidy(cell) for i in data for cell in rows[i][width:]):
        usual = min(widths)
    uneven = [i for i in data if len(rows[i]) != usual or any(tidy(cell) for cell in rows[i][width:])]
    more = usual - width
    return uneven, (f"every row ends with {more} empty cell(s) more than there are headers",) if more > 0 else ()


def _faults(grid: Grid, header: Header, data: frozenset[int]) -> Iterator[CellFault]:
    columns: dict[int, str | int] = {position: name for name, position in header.positions.items()}
    columns |= {position: number for number, (position, _) in enumerate(header.sessions)}
    for fault in grid.faults:
        column = columns.get(fault.position)
        if fault.row in data and column is not None and (fault.rule != "zeros_lost" or column in _WITH_ZEROS):
            yield CellFault(grid.number_of(fault.row), column, fault.rule)


def _refused(grid: Grid, data: frozenset[int]) -> Iterator[RowRefusal]:
    for one in grid.refused:
        if one.row in data:
            yield RowRefusal(grid.number_of(one.row), one.rule, one.subject, one.expected)


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


def told_persons(grid: Grid, header: Header, parted: Parted) -> Iterator[str]:
    """Yield what is told of rows set aside that look like persons: by their numbers, never a value.

    Such a row fills a name (below the end of the list an id will do) and says something of a session. In a footer
    neither the words that make it one nor a count are a name.
    """
    names = [header.positions[name] for name in _NAMES if name in header.positions]
    ids = [header.positions["person_id"]] if "person_id" in header.positions else []
    said = [place for place, _ in header.sessions] + [header.positions[n] for n in _SAID if n in header.positions]

    def looks(row: Row, own: Sequence[int]) -> bool:
        texts = [tidy(cell) for cell in row] + [""] * (header.width - len(row))
        named = any(any(map(str.isalpha, texts[i])) for i in names if i in own)
        known = any(any(map(str.isalnum, texts[i])) for i in ids if i in own)
        return (named or known) and any(texts[i] for i in said)

    every = range(header.width)
    below = [i for i in parted.below if looks(grid.rows[i], every)]
    footers = [i for i in parted.footers if looks(grid.rows[i], _without_label(grid.rows[i], names))]
    for places, where in ((below, "below the end of the list"), (footers, "where a footer is expected")):
        for place in places[:_MOST_ROWS_TOLD]:
            yield f"row {grid.number_of(place)} stands {where} and looks like a person; it was not read"
        if (more := len(places) - _MOST_ROWS_TOLD) > 0:
            yield f"{more} more rows stand {where} and look like persons; they were not read"


def _without_label(row: Row, names: Sequence[int]) -> list[int]:
    """Return the positions of names other than the first filled cell, which holds the footer's own words."""
    label = next((i for i, cell in enumerate(row) if tidy(cell)), -1)
    return [i for i in names if i != label]


def data_rows(grid: Grid, header: Header, table: Table) -> Parted:
    """Return which rows are data and which are set aside.

    Raises:
        HeaderDuplicated: Another header of the contract's stands among them, over other columns.
        HeaderMissing: A row above the header is as full as the rows below it.
    """
    footers = [re.compile(p) for p in table.options.footer]
    end = re.compile(table.options.endsAt) if table.options.endsAt else None
    rows, again = grid.rows, HeaderAgain(grid.rows, header, table, grid.where)
    data: list[int] = []
    matched: list[int] = []
    below: list[int] = []
    nonblank, ended = 0, False
    for place, row in enumerate(rows):
        first = first_filled(row)
        if not first:
            continue
        nonblank += 1
        if place < header.first:
            _check_title(grid, header, place)
        if place <= header.row:
            continue
        if ended:
            below.append(place)
        elif end and end.fullmatch(first):
            ended = True
        elif any(p.fullmatch(first) for p in footers):
            matched.append(place)
        elif not again.stands_in(place, first):
            data.append(place)
    return Parted(data, nonblank - len(data), matched, below)


def _check_title(grid: Grid, header: Header, place: int) -> None:
    """Refuse a row above the header that is filled as a row of the table is: a title has a few cells."""
    filled = sum(1 for cell in grid.rows[place] if tidy(cell))
    if filled >= max(4, 0.75 * header.width):
        number = grid.number_of(place)
        found = f"row {number} stands above the header and is filled as a row of the table is"
        action = "move it below the header; where it is a line of the header, say so with headerLines in the contract"
        raise HeaderMissing(f"{grid.where}, row {number}", found, "titles above the header, rows below it", action)
