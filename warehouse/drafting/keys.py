"""Guesses which columns together tell a row from all others, and verifies it on the sample."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from warehouse.contract.spelling import fold_text
from warehouse.drafting.finding import Found
from warehouse.drafting.mapping import Mapping
from warehouse.drafting.model import DraftColumn, DraftTable

_PARTS = {
    "attendance": ("event_id", "session_date", "session_number", "module_id"),
    "assessment": ("event_id", "module_id", "kind", "attempt"),
    "participant": ("event_id", "module_id"),
    "event": ("event_id", "module_id", "starts_on"),
}
_ALWAYS = frozenset({"event_id", "session_date", "kind", "starts_on"})
_PERSON = ("person_id", "police_id", "name_khmer", "name_latin", "phone", "email")
_FILLED = 0.95  # share of rows in which an id must stand to tell persons apart


def guess_key(table: DraftTable, mapping: Mapping, sheets: Sequence[Found]) -> None:
    """Mark the primary key of a table; where none tells all rows apart that is a doubt."""
    columns = {column.name: column for column in table.columns}
    parts = [name for name in _PARTS[mapping.entity] if name in columns]
    days = mapping.sessions.groups.get("date", []) if mapping.sessions else []
    always = _ALWAYS | ({"session_number"} if len(set(days)) < len(days) else set())
    key = [name for name in parts if name in always] + _person(columns, sheets)
    for name in [name for name in parts if name not in key]:
        if not _conflicts([columns[n] for n in key], sheets):
            break
        key.append(name)
    conflicts = _conflicts([columns[n] for n in key], sheets)
    if conflicts:
        table.doubts.append(
            f"{conflicts} rows share {', '.join(key)} and differ elsewhere: what else tells them apart? (primaryKey)"
        )
    for name in key:
        columns[name].primary_key = True


def _person(columns: dict[str, DraftColumn], sheets: Sequence[Found]) -> list[str]:
    """Return the columns that tell persons apart: one id that is always there, or a name with a telephone."""
    there = [name for name in _PERSON if name in columns and columns[name].header]
    for name in there:
        texts = [text for table in sheets for text in _texts(columns[name], table)]
        filled = sum(bool(text) for text in texts) >= _FILLED * len(texts)
        if filled and name in ("person_id", "police_id"):
            return [name]
        if filled and name.startswith("name_"):
            return [name, *(other for other in ("phone", "email") if other in there)][:2]
    return there[:2]


def _conflicts(key: Sequence[DraftColumn], sheets: Sequence[Found]) -> int:
    """Return how many rows share the key with a row that differs from them."""
    shared: Counter[tuple[object, ...]] = Counter()
    for number, table in enumerate(sheets):
        texts = [_texts(column, table) for column in key]
        rows = {tuple(map(fold_text, row)): place for place, row in reversed(list(enumerate(table.rows)))}
        shared.update((number, *(column[place] for column in texts)) for place in rows.values())
    return sum(count for count in shared.values() if count > 1)


def _texts(column: DraftColumn, table: Found) -> list[str]:
    place = table.place_of(column.header) if column.header else None
    return [fold_text(text) for text in table.column(place)] if place is not None else [""] * len(table.rows)
