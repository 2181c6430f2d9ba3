"""Finds the header of a table in the rows of a sheet, by the contract's header names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from warehouse.contract.model import Table
from warehouse.contract.spelling import fold_text, tidy
from warehouse.errors import did_you_mean
from warehouse.readers.faults import ColumnUnknown, FileEmpty, HeaderDuplicated, HeaderMissing
from warehouse.readers.grid import Row
from warehouse.readers.raw import Session

SEARCHED_BELOW = 50  # rows below the header in which a column that nobody named must have a cell


@dataclass(frozen=True)
class Header:
    """Where the header row is and which cell gives what.

    Attributes:
        row: Its place among the rows, from 0.
        positions: Canonical column → cell position.
        sessions: (cell position, session) of a wide layout.
        texts: Canonical column → header as found.
        width: Cells of the header row, trailing blanks left out.
        notes: Columns that are there but not in the contract.
        unknown: The headers of these columns.
    """

    row: int
    positions: dict[str, int]
    sessions: tuple[tuple[int, Session], ...]
    texts: dict[str, str]
    width: int
    notes: tuple[str, ...]
    unknown: tuple[str, ...]


def wanted_headers(table: Table) -> dict[str, str]:
    """Return folded header → canonical column for all spellings of a table."""
    return {fold_text(h): column.name for column in table.columns for h in column.headers}


def find_header(rows: Sequence[Row], table: Table, where: str) -> Header:
    """Return the header: of the first rows, the one that holds most of the contract's headers.

    Raises:
        FileEmpty, HeaderMissing, HeaderDuplicated, ColumnUnknown: The header is not the promised one.
    """
    wanted = wanted_headers(table)
    window = rows[: table.header_within]
    if not any(any(tidy(cell) for cell in row) for row in rows):
        raise FileEmpty(where, "no cell with a value", "a header and rows", "send the file again, with its rows")
    hits = [len({wanted[f] for f in map(fold_text, row) if f in wanted}) for row in window]
    best = max(range(len(hits)), key=lambda i: hits[i], default=0)
    if not hits or not hits[best]:
        first = ", ".join(repr(c.headers[0]) for c in table.columns if c.headers)
        raise HeaderMissing(
            where,
            f"none of the promised headers in the first {table.header_within} row(s)",
            f"a header row with {first}",
            "send the file in the layout of the contract, or change headerWithin in the contract",
        )
    return _read_header(best, rows, wanted, table, where)


def _read_header(number: int, rows: Sequence[Row], wanted: dict[str, str], table: Table, where: str) -> Header:
    row, place = rows[number], f"{where}, row {number + 1}"
    positions: dict[str, int] = {}
    sessions: dict[str, tuple[int, Session]] = {}
    unknown: list[tuple[int, str]] = []
    ignored = {fold_text(h) for h in table.options.ignoredColumns}
    pattern = re.compile(table.options.sessions.header) if table.options.sessions else None
    for position, cell in enumerate(row):
        text = tidy(cell)
        if name := wanted.get(fold_text(text)):
            if name in positions:
                expected, action = f"one column for '{name}'", "remove or rename one of them"
                raise HeaderDuplicated(place, f"{text!r} twice", expected, action)
            positions[name] = position
        elif pattern and (match := pattern.fullmatch(text)):
            if fold_text(text) in sessions:
                raise HeaderDuplicated(place, f"{text!r} twice", "one column for a session", "remove one of them")
            groups = {k: v or "" for k, v in match.groupdict().items()}
            sessions[fold_text(text)] = position, Session(text, groups)
        elif text and fold_text(text) not in ignored:
            unknown.append((position, text))
    columns = [text for position, text in unknown if _has_cells(rows, number, position)]
    stray = [cell_name(number, position) for position, text in unknown if text not in columns]
    _complete(positions, bool(sessions), (columns, stray), table, place)
    notes = [f"column {text!r} is not in the contract and was not read" for text in columns]
    notes += [f"cell {name} has nothing below it and was not read" for name in stray]
    if number and table.options.format == "delimited":
        notes.append(f"the header stands in row {number + 1}")
    width = max((i + 1 for i, cell in enumerate(row) if tidy(cell)), default=0)
    texts = {name: tidy(row[position]) for name, position in positions.items()}
    return Header(number, positions, tuple(sessions.values()), texts, width, tuple(notes), tuple(columns))


def _has_cells(rows: Sequence[Row], header: int, position: int) -> bool:
    """True for a column; a cell alone beside the header may be a signature, so it is never quoted (law 6)."""
    below = rows[header + 1 : header + 1 + SEARCHED_BELOW]
    return any(position < len(row) and tidy(row[position]) for row in below)


def cell_name(row: int, column: int) -> str:
    """Return a cell's name as a spreadsheet shows it; both places count from 0."""
    letters, column = "", column + 1
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(65 + letter) + letters
    return f"{letters}{row + 1}"


def _complete(
    positions: dict[str, int], sessions: bool, others: tuple[list[str], list[str]], table: Table, where: str
) -> None:
    unknown, stray = others
    missing = [c for c in table.columns if c.headers and c.name not in positions]
    if missing:
        found = "no column " + ", ".join(repr(c.headers[0]) for c in missing)
        hints = [f"{c.headers[0]!r}: {did_you_mean(c.headers[0], unknown)}" for c in missing if unknown]
        action = "put the column back, or add the new spelling to the contract's synonyms"
        raise HeaderMissing(where, found, "every column of the contract", "; ".join([action, *hints]))
    if table.options.sessions and not sessions:
        found = "no session column"
        expected = f"headers like {table.options.sessions.header}"
        raise HeaderMissing(where, found, expected, "write the sessions as the contract says")
    if (unknown or stray) and table.options.unknownColumns == "hold":
        known = [h for c in table.columns for h in c.headers]
        advice = "; ".join(f"{text!r}: {did_you_mean(text, known)}" for text in unknown) or "clear the cell"
        found = ", ".join([*map(repr, unknown), *(f"a cell in {name}" for name in stray)])
        raise ColumnUnknown(where, found, "only columns of the contract", advice)
