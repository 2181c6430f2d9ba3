"""Finds the header of a table in the rows of a sheet, by the contract's header names."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from warehouse.contract.model import Table
from warehouse.contract.spelling import fold_text, tidy
from warehouse.contract.wording import close, counterparts
from warehouse.readers.faults import ColumnUnknown, FileEmpty, HeaderDuplicated, HeaderMissing
from warehouse.readers.grid import Region, Row, first_filled
from warehouse.readers.raw import Session
from warehouse.readers.returned import check_whole, is_row_column

SEARCHED_BELOW = 50  # rows below the header in which a column that nobody named must have a cell


@dataclass(frozen=True)
class Header:
    """Where the header row is and which cell gives what.

    Attributes:
        first: The place of its first line among the rows, from 0.
        row: The place of its last line; the same where it has one.
        positions: Canonical column → cell position.
        sessions: (cell position, session) of a wide layout.
        texts: Canonical column → header as found.
        width: Cells of the header row, trailing blanks left out.
        notes: Columns that are there but not in the contract.
        unknown: The headers of these columns.
    """

    first: int
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


def joined_header(rows: Sequence[Row], first: int, lines: int, merged: Collection[Region] = ()) -> list[str]:
    """Return the cells of a header of several lines: what stands in a column, from above, joined by " / ".

    A merged cell stands over all its columns, where a line below tells them apart; a blank cell adds nothing.
    """
    parts: list[list[str]] = [[] for _ in range(max(map(len, rows[first : first + lines]), default=0))]
    for line in range(first, min(first + lines, len(rows))):
        cells = [tidy(cell) for cell in rows[line]] + [""] * (len(parts) - len(rows[line]))
        for region in merged:
            if region.top == line and region.bottom < first + lines - 1 and region.left < len(cells):
                right = min(region.right + 1, len(cells))
                cells[region.left : right] = [cells[region.left]] * (right - region.left)
        for part, cell in zip(parts, cells, strict=True):
            part += [cell] if cell else []
    return [" / ".join(part) for part in parts]


def find_header(
    rows: Sequence[Row],
    table: Table,
    where: str,
    merged: Collection[Region] = (),
    taken: Collection[int] = (),
) -> Header:
    """Return the header: of the first rows, the one (or the lines) that holds most of the contract's headers.

    Args:
        rows: All rows of the sheet, or as many as can hold the header and some below it.
        table: The contract's table.
        where: The sheet, as a message calls it.
        merged: Cells that are one.
        taken: Columns without a header because they were read into others.

    Raises:
        FileEmpty, HeaderMissing, HeaderDuplicated, ColumnUnknown: The header is not the promised one.
    """
    if not any(any(tidy(cell) for cell in row) for row in rows):
        raise FileEmpty(where, "no cell with a value", "a header and rows", "send the file again, with its rows")
    best, hits, header = _best_row(rows, table, merged)
    if not hits:
        first = ", ".join(repr(c.headers[0]) for c in table.columns if c.headers)
        raise HeaderMissing(
            where,
            f"none of the promised headers in the first {table.header_within} row(s)",
            f"a header row with {first}",
            "send the file in the layout of the contract, or change headerWithin in the contract",
        )
    return _read_header(best, header, rows, taken, table, where)


def headers_named(rows: Sequence[Row], table: Table) -> int:
    """Return how many columns of the contract the header names, by the row that names most; 0 without any."""
    return _best_row(rows, table)[1]


def _best_row(rows: Sequence[Row], table: Table, merged: Collection[Region] = ()) -> tuple[int, int, list[str]]:
    """Return the place of the row that names most columns (the first such), how many these are, and its cells."""
    wanted, lines = wanted_headers(table), table.options.headerLines
    headers = [joined_header(rows, i, lines, merged) for i in range(min(table.header_within, len(rows)))]
    hits = [_hits(header, rows[i], wanted, lines) for i, header in enumerate(headers)]
    best = max(range(len(hits)), key=lambda i: hits[i], default=0)
    return (best, hits[best], headers[best]) if hits else (0, 0, [])


def _hits(header: list[str], first: Row, wanted: dict[str, str], lines: int) -> int:
    """Return how many columns a header names; none where its first line has no part in it."""
    places = {wanted[f]: i for i, f in enumerate(map(fold_text, header)) if f in wanted}
    if lines > 1 and not any(i < len(first) and tidy(first[i]) for i in places.values()):
        return 0
    return len(places)


def _read_header(
    first: int, row: list[str], rows: Sequence[Row], taken: Collection[int], table: Table, where: str
) -> Header:
    number, place = first + table.options.headerLines - 1, f"{where}, row {first + 1}"
    wanted = wanted_headers(table)
    check_whole(row, table, place)
    positions: dict[str, int] = {}
    sessions: dict[str, tuple[int, Session]] = {}
    unknown: list[tuple[int, str]] = []
    pattern = re.compile(table.options.sessions.header) if table.options.sessions else None
    for position, text in enumerate(row):
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
        elif text and fold_text(text) not in table.known_headers and not is_row_column(text):
            unknown.append((position, text))
    positions |= _shared(positions, row, table)
    columns = [text for position, text in unknown if _has_cells(rows, number, position)]
    stray = [cell_name(number, position) for position, text in unknown if text not in columns]
    nameless = [column_name(position) for position in _untitled(rows, number, row, table) if position not in taken]
    _complete(positions, bool(sessions), columns, table, place)
    if table.options.unknownColumns == "hold":
        _refuse_others(columns, nameless, stray, table, place)
    notes = [f"column {text!r} is not in the contract and was not read{_meant(text, table)}" for text in columns]
    notes += [f"column {name} has cells but no header and was not read" for name in nameless]
    notes += [f"cell {name} has nothing below it and was not read" for name in stray]
    promised = table.options.headerRow or (1 if table.options.format == "delimited" else first + 1)
    if first + 1 != promised:
        notes.append(f"the header stands in row {first + 1}, it was expected in row {promised}")
    width = max((i + 1 for i, text in enumerate(row) if text), default=0)
    texts = {name: row[position] for name, position in positions.items()}
    return Header(first, number, positions, tuple(sessions.values()), texts, width, tuple(notes), tuple(columns))


def _shared(positions: dict[str, int], row: list[str], table: Table) -> dict[str, int]:
    """Return the columns that take their part of cells which another column has as well."""
    place_of = {fold_text(row[position]): position for position in positions.values()}
    found = {c.name: [place_of[f] for f in map(fold_text, c.headers) if f in place_of] for c in table.columns}
    return {name: places[0] for name, places in found.items() if places and name not in positions}


class HeaderAgain:
    """Knows the header where it stands once more below itself, as in lists that were put under each other."""

    def __init__(self, rows: Sequence[Row], header: Header, table: Table, where: str) -> None:
        self._rows, self._header, self._where = rows, header, where
        self._wanted = wanted_headers(table)
        lines = rows[header.first : header.row + 1]
        self._lines = [[tidy(cell) for cell in line][: header.width] for line in lines]
        self._known = {*self._wanted, *(fold_text(cell) for line in lines for cell in line)}

    def stands_in(self, place: int, first: str) -> bool:
        """Return whether a row is the header, or a line of it, again.

        Args:
            place: The row's place, from 0.
            first: The text of its first filled cell; one that no header has costs one look.

        Raises:
            HeaderDuplicated: It is another header, over other columns.
        """
        if first.casefold() not in self._known:
            return False
        row = [tidy(cell) for cell in self._rows[place]]
        if row[: self._header.width] in self._lines:
            return True
        named = {self._wanted[f]: i for i, f in enumerate(map(fold_text, row)) if f in self._wanted}
        if len(named) < max(2, len(self._header.positions) / 2):
            return False
        positions = self._header.positions  # several may stand in one cell, of which a header names one
        if named.items() <= positions.items() and set(named.values()) == set(positions.values()):
            return True
        found, action = "a second header, over other columns", "send each table as a file or a sheet of its own"
        raise HeaderDuplicated(f"{self._where}, row {place + 1}", found, "one header", action)


def _meant(text: str, table: Table) -> str:
    """Return the nearest header of the contract as a hint, where one is near."""
    near = close(text, {h for c in table.columns for h in c.headers})
    return f"; did you mean {near!r}?" if near else ""


def _has_cells(rows: Sequence[Row], header: int, position: int) -> bool:
    """True for a column; a cell alone beside the header may be a signature, so it is never quoted (law 6)."""
    below = rows[header + 1 : header + 1 + SEARCHED_BELOW]
    return any(position < len(row) and tidy(row[position]) for row in below)


def _untitled(rows: Sequence[Row], header: int, titles: list[str], table: Table) -> list[int]:
    """Return the places of columns that have cells in the list below the header and nothing in it.

    A row of text that is longer than the header has no further column: it is torn, and refused.
    """
    listed = [rows[place] for place in _list_below(rows, header, table)]
    widest = max(map(len, listed), default=0)
    width = len(titles) if table.options.format == "delimited" else widest
    blank = (i for i in range(width) if i >= len(titles) or not titles[i])
    return [i for i in blank if any(i < len(row) and tidy(row[i]) for row in listed)]


def _list_below(rows: Sequence[Row], header: int, table: Table) -> Iterator[int]:
    """Yield the first rows of the list, without footers and without what stands below its end."""
    footers = [re.compile(pattern) for pattern in table.options.footer]
    for place in range(header + 1, min(header + 1 + SEARCHED_BELOW, len(rows))):
        first = first_filled(rows[place])
        if table.options.endsAt and re.fullmatch(table.options.endsAt, first):
            return
        if not any(footer.fullmatch(first) for footer in footers):
            yield place


def cell_name(row: int, column: int) -> str:
    """Return a cell's name as a spreadsheet shows it; both places count from 0."""
    return f"{column_name(column)}{row + 1}"


def column_name(column: int) -> str:
    """Return a column's name as a spreadsheet shows it; its place counts from 0."""
    letters, column = "", column + 1
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(65 + letter) + letters
    return letters


def _complete(positions: dict[str, int], sessions: bool, unknown: list[str], table: Table, where: str) -> None:
    missing = [c for c in table.columns if c.headers and c.name not in positions]
    if missing:
        found = "no column " + ", ".join(repr(c.headers[0]) for c in missing)
        near = counterparts({c.headers[0]: c.headers for c in missing}, unknown)
        hints = [f"{header!r}: did you mean {there!r}?" for header, there in near.items()]
        action = "put the column back, or add the new spelling to the contract's synonyms"
        raise HeaderMissing(where, found, "every column of the contract", "; ".join([action, *hints]))
    if table.options.sessions and not sessions:
        found = "no session column"
        expected = "a column for each session, its header as in earlier files"
        raise HeaderMissing(where, found, expected, "write the sessions as the contract says")


def _refuse_others(unknown: list[str], nameless: list[str], stray: list[str], table: Table, where: str) -> None:
    """Hold a file that has anything beside the columns of the contract."""
    places = [f"cells in column {name}, which has no header" for name in nameless]
    found = [*map(repr, unknown), *places, *(f"a cell in {name}" for name in stray)]
    if found:
        near = counterparts({text: [text] for text in unknown}, [h for c in table.columns for h in c.headers])
        hints = [f"{text!r}: did you mean {header!r}?" for text, header in near.items()]
        actions = ["take the column out, or ask for it to be added to the contract"] if unknown else []
        actions += [f"give column {name} a header, or clear its cells" for name in nameless]
        actions += ["clear the cell"] if stray and not actions else []
        raise ColumnUnknown(where, ", ".join(found), "only columns of the contract", "; ".join([*actions, *hints]))
