"""Compares a delivery with its contract, and with the last accepted delivery of the same table; nothing is loaded."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from warehouse.contract.entities import Kind
from warehouse.contract.model import ColumnContract, Contract, Table
from warehouse.contract.spelling import fold_text, tidy
from warehouse.contract.wording import close, counterparts
from warehouse.drafting.finding import Found, find_table
from warehouse.drafting.meanings import may_be_shown
from warehouse.drafting.opening import open_sample
from warehouse.drafting.trial import try_contract
from warehouse.drafting.vocabulary import matches
from warehouse.ingest.days import Given, in_words, plain, readings
from warehouse.ingest.drift import Drift, cells_of, changes_between
from warehouse.ingest.values import converter
from warehouse.readers.header import joined_header
from warehouse.readers.kinds import kind_of_column
from warehouse.readers.raw import REAL_DATE
from warehouse.readers.versions import version_position, versions_of
from warehouse.store.home import Home
from warehouse.store.ledger import Record

_SURE = 2  # distance of a header that means a column without doubt
_SHOWN = 12  # codes quoted
_EXPECTED = {Kind.DATE: {"date"}, Kind.INTEGER: {"number"}, Kind.DECIMAL: {"number"}}


@dataclass(frozen=True)
class Seen:
    """What stands where in one sheet, by the contract's own headers.

    Attributes:
        found: The table as found.
        columns: Canonical column → position.
        sessions: Positions of session columns.
        others: Position → header of columns that the contract does not name.
    """

    found: Found
    columns: dict[str, int]
    sessions: tuple[int, ...]
    others: dict[int, str]


def compare(contract: Contract, path: Path, records: Sequence[Record]) -> list[Drift]:
    """Return what differs in a file from what the contract, and the delivery before, say.

    Args:
        contract: The partner's contract.
        path: The file.
        records: The ledger, for the last accepted delivery of the table.

    Raises:
        FileHeld: The file cannot be opened as the contract says, or lacks what its rows are shaped by.
        FileMissing: There is none.
    """
    table, named = _table(contract, path)
    sample = open_sample(path, table)
    seen = [sheet for grid in sample.opened.grids if (sheet := _seen(grid, table))]
    changes = [] if named else [_name_changed(table)]
    if not seen:
        found = "no row holds a header of the contract with rows below it"
        return [*changes, Drift("dropped", None, found, "is it a file of this table?")]
    for sheet in seen:
        changes += _against_contract(sheet, table)
        if uneven := len(sheet.found.uneven):
            found = f"not compared, as they have more or fewer cells than the header: {uneven} rows"
            changes.append(Drift("uneven", None, found))
    changes += _codes(seen, table, contract)
    changes += _against_before(seen, table, _before(records, contract, table, path))
    if sample.cut:
        changes.append(Drift("cut", None, "only the first rows of a large sheet were compared"))
    return list(dict.fromkeys(changes))


def would_hold(home: Home, contract: Contract, path: Path) -> Iterator[Drift]:
    """Yield the fault that would hold the file, found by reading all of it as ingest does; nothing is loaded.

    Of a name that no table expects nothing is read: that is told by `compare`.
    """
    if contract.table_for(path.name) is None:
        return
    (outcome,) = try_contract(home, contract.folder, [path])
    if error := outcome["error"]:
        found = f"{error['code']} {error['title']}: {error['where']}: {error['found']}"
        yield Drift("held", None, f"ingest would hold the file: {found}", error["action"])


def _table(contract: Contract, path: Path) -> tuple[Table, bool]:
    """Return the table whose files are called so; of a name that none expects, the likeliest by the ending."""
    if named := contract.table_for(path.name):
        return named[0], True
    form = "workbook" if path.suffix.lower().startswith((".xl", ".ods")) else "delimited"
    return next((t for t in contract.tables if t.options.format == form), contract.tables[0]), False


def _name_changed(table: Table) -> Drift:
    found = f"no table expects a file of this name; it was compared with '{table.name}'"
    return Drift("renamed", None, found, f"expected: {table.options.files}")


def _seen(grid: Any, table: Table) -> Seen | None:
    """Return what a sheet holds, by the row that has most of the contract's headers."""
    wanted, lines = _wanted(table), table.options.headerLines
    window = [joined_header(grid.rows, place, lines, grid.merged) for place in range(min(30, len(grid.rows)))]
    hits = [sum(fold_text(text) in wanted for text in row) for row in window]
    best = max(range(len(hits)), key=lambda place: hits[place], default=0)
    found = find_table(grid, best if hits and hits[best] else None, lines)
    if found is None:
        return None
    pattern = table.options.sessions.header if table.options.sessions else None
    columns: dict[str, int] = {}
    sessions, others = [], {}
    for place, header in enumerate(found.headers):
        if names := [name for name in wanted.get(fold_text(header), ()) if name not in columns]:
            columns |= dict.fromkeys(names, place)
        elif header and pattern and re.fullmatch(pattern, header):
            sessions.append(place)
        elif header and fold_text(header) not in table.known_headers and any(map(tidy, found.column(place))):
            others[place] = header
    return Seen(found, columns, tuple(sessions), others)


def _wanted(table: Table) -> dict[str, list[str]]:
    """Return folded header → the columns that read it; a cell may hold the values of two."""
    wanted: dict[str, list[str]] = {}
    for column in table.columns:
        for header in column.headers:
            wanted.setdefault(fold_text(header), []).append(column.name)
    return wanted


def _against_contract(seen: Seen, table: Table) -> Iterator[Drift]:
    """Yield columns missing, renamed and added, and those whose cells are of another kind than promised."""
    wanted = _wanted(table)
    left = {place: header for place, header in seen.others.items() if fold_text(header) not in wanted}
    for header in dict.fromkeys(header for place, header in seen.others.items() if place not in left):
        yield Drift("added", None, f"column {header!r} stands more than once", "remove or rename one of them")
    missing = [c for c in table.columns if c.headers and c.name not in seen.columns]
    renamed = _renamed(missing, left)
    for column in missing:
        place = renamed.get(column.name)
        if place is None:
            advice = f"put it back, or take '{column.name}' out of the contract"
            yield Drift("dropped", column.name, f"no column '{column.headers[0]}'", advice)
        else:
            found = f"no column '{column.headers[0]}', but a column {left.pop(place)!r}"
            yield Drift("renamed", column.name, found, f"if it is the same, add it to the synonyms of '{column.name}'")
    if table.options.sessions and not seen.sessions:
        yield Drift("dropped", None, "no column of a session", f"expected headers like {table.options.sessions.header}")
    known = [header for column in table.columns for header in column.headers]
    for header in left.values():
        meant = close(header, known)
        nearest = f"did you mean '{meant}'?" if meant else "map it, or add it to ignoredColumns"
        yield Drift("added", None, f"column {header!r} is not in the contract", nearest)
    for column in (c for c in table.columns if c.name in seen.columns):
        kind = kind_of_column(text for text in _cells(seen, table, column) if _told(text, column))
        expected = _EXPECTED.get(column.column.kind, set())
        if expected and kind not in {*expected, "empty", "mixed"} and not (kind == "text" and expected == {"date"}):
            header = seen.found.headers[seen.columns[column.name]]
            promised = " or ".join(sorted(expected))
            yield Drift("retyped", column.name, f"'{header}' holds {kind}s", f"the contract promises a {promised}")
        elif column.column.kind is Kind.DATE and (cells := _no_dates(_cells(seen, table, column), column, table)):
            header = seen.found.headers[seen.columns[column.name]]
            found = f"none of {cells_of(cells)} of '{header}' is a date as the contract writes it"
            forms = " or ".join(map(in_words, column.options.dateFormats)) or "a date of the spreadsheet"
            yield Drift("retyped", column.name, found, f"the contract promises {forms}")


def _no_dates(texts: Sequence[str], column: ColumnContract, table: Table) -> int:
    """Return how many cells are filled, where none of them is a date in a declared format; else 0."""
    filled = [text for text in texts if tidy(text)]
    given, ways = Given.of(column, table), readings(column)
    found = (text.startswith(REAL_DATE) or any(way.day(plain(text), given) for way in ways) for text in filled)
    return 0 if any(found) else len(filled)


def _told(text: str, column: ColumnContract) -> bool:
    """True for a cell that says something of its column's kind: not one that the contract reads as empty."""
    return fold_text(text) not in {fold_text(t) for texts in column.options.codes.values() for t in texts}


def _renamed(missing: Sequence[ColumnContract], others: dict[int, str]) -> dict[str, int]:
    """Return where missing columns may stand under another header: by the vocabulary, else by likeness; each once."""
    found: dict[str, int] = {}
    for column in missing:
        free = [place for place in others if place not in found.values()]
        for place in (p for p in free if _means(others[p], column)):
            found.setdefault(column.name, place)
    places = {header: place for place, header in others.items() if place not in found.values()}
    likely = counterparts({column.name: column.headers for column in missing if column.name not in found}, places)
    return found | {name: places[header] for name, header in likely.items()}


def _means(header: str, column: ColumnContract) -> bool:
    return any(match.column == column.name and match.distance <= _SURE for match in matches(header))


def _codes(sheets: Sequence[Seen], table: Table, contract: Contract) -> Iterator[Drift]:
    """Yield codes that nobody agreed, quoted only where the column says nothing of who a person is."""
    programmes = frozenset(p.id for p in contract.programmes)
    personal = frozenset(
        fold_text(text)
        for seen in sheets
        for column in table.columns
        if column.column.identifies and column.name in seen.columns
        for text in seen.found.column(seen.columns[column.name])
    )
    for column in table.columns:
        if column.column.kind not in (Kind.CODE, Kind.LOOKUP) and column.name != "programme_id":
            continue
        convert = converter(column, table, programmes)
        cells = Counter(tidy(text) for seen in sheets for text in _cells(seen, table, column))
        unknown = {text: number for text, number in cells.items() if text and convert(text).rule}
        if not unknown:
            continue
        shown = [f"{text!r} ({unknown[text]})" for text in sorted(unknown) if may_be_shown(text, personal)][:_SHOWN]
        quoted = f": {', '.join(shown)}" if shown and len(unknown) <= 4 * _SHOWN else ""
        found = (
            f"{cells_of(sum(unknown.values()))} of '{column.name}' with a code that the contract does not list{quoted}"
        )
        yield Drift("new_code", column.name, found, _nearest(unknown, column))


def _nearest(unknown: dict[str, int], column: ColumnContract) -> str:
    known = [*column.options.codes, *(text for texts in column.options.codes.values() for text in texts)]
    near = {meant for text in unknown if (meant := close(text, [*known, *column.column.codes]))}
    return f"near: {', '.join(sorted(near))}" if near else f"add the spelling to the codes of '{column.name}'"


def _cells(seen: Seen, table: Table, column: ColumnContract) -> list[str]:
    """Return what of a column's cells the contract reads."""
    texts: list[str] = []
    if column.name in seen.columns:
        texts = seen.found.column(seen.columns[column.name])
    elif table.options.sessions and table.options.sessions.column == column.name:
        texts = [text for place in seen.sessions for text in seen.found.column(place)]
    return [_part(text, column) for text in texts] if column.options.extract else texts


def _part(text: str, column: ColumnContract) -> str:
    """Return what of a cell the contract reads."""
    match = re.fullmatch(column.options.extract or "", tidy(text))
    return (match["value"] or "") if match else text


def _before(records: Sequence[Record], contract: Contract, table: Table, path: Path) -> dict[str, Any]:
    """Return the layout of the last accepted delivery of the table that is not this very file."""
    own = [
        record
        for record in records
        if record.partner == contract.id and record.table == table.name and record.outcome == "accepted"
        if record.layout and path.name not in {delivery.file for delivery in record.deliveries}
    ]
    last = max(own, key=lambda r: (min(d.modified_ns for d in r.deliveries), r.delivery_id), default=None)
    return last.layout if last else {}


def _against_before(sheets: Sequence[Seen], table: Table, before: dict[str, Any]) -> Iterator[Drift]:
    """Yield what is otherwise than in the delivery before and not told already."""
    if not before:
        return
    headers = [header for column in table.columns for header in column.headers]
    now = {"tables": [_layout(seen) for seen in sheets]}
    yield from (change for change in changes_between(before, now, headers) if change.kind not in ("added", "new_code"))


def _layout(seen: Seen) -> dict[str, Any]:
    """Return a sheet's layout as `warehouse.ingest.layouts` keeps it."""
    found, grid = seen.found, seen.found.grid
    ordered = sorted(seen.columns.items(), key=lambda item: item[1])
    columns = [
        {"name": name, "header": found.headers[place], "kind": kind_of_column(dict.fromkeys(found.column(place)))}
        for name, place in ordered
    ]
    place = version_position(found.headers)
    versions = versions_of({tidy(text) for text in found.column(place)}) if place is not None else ()
    return {
        "sheets": [grid.number],
        "header_row": grid.number_of(found.first),
        "columns": columns,
        "sessions": len(seen.sessions),
        "unknown": list(seen.others.values()),
        "versions": list(versions),
    }
