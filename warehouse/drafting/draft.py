"""Drafts a contract from a sample export: everything that can be told from the file, and what is doubtful about it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from warehouse.contract.entities import ENTITIES
from warehouse.contract.spelling import fold_text, tidy
from warehouse.drafting.faults import NothingToDraft, PartnerIdUnfit
from warehouse.drafting.finding import Found, alike, find_table
from warehouse.drafting.keys import guess_key
from warehouse.drafting.mapping import Mapping, map_columns
from warehouse.drafting.meanings import describe, may_be_shown
from warehouse.drafting.model import Draft, DraftColumn, DraftTable
from warehouse.drafting.opening import Sample, open_sample
from warehouse.drafting.patterns import NamePattern, literal, name_pattern, one_of
from warehouse.drafting.platforms import answers, joined
from warehouse.drafting.sources import Around, Titles, read_titles, templated

_ID = re.compile(r"[a-z0-9][a-z0-9-]*")
_NO_SOURCE = "FILL IN"
_MONTH = re.compile(r"(\d{4})[-_.]?(\d{2})")
_MOST_PROGRAMMES = 20
_UNSAID = {
    "module_id": "nothing in the file says which module was taught",
    "province_of_training": "nothing in the file says where it was held",
}


def draft_contract(path: Path, partner: str) -> Draft:
    """Return a first contract for the partner who sends files like this one.

    Raises:
        FileHeld: The file cannot be read.
        NothingToDraft: It holds no table.
        PartnerIdUnfit: The id is not one.
    """
    if not _ID.fullmatch(partner):
        expected = "lower-case letters, digits and hyphens"
        raise PartnerIdUnfit("--partner", repr(partner), expected, "for example --partner legal-aid-centre")
    sample, repeat = joined(open_sample(path))
    tables = [found for grid in sample.opened.grids if (found := find_table(grid))]
    if not tables:
        action = "send one with a header and some rows; of a workbook, on its first sheets"
        raise NothingToDraft("the file", "no row that looks like a header with rows below it", "a table", action)
    main = max(tables, key=lambda found: len(found.rows) * sum(map(bool, found.headers)))
    same = [main, *(found for found in tables if found is not main and alike(main, found))]
    same.sort(key=lambda found: found.grid.number)
    draft = _draft(sample, main, same, partner)
    if repeat:
        sheets = next(line for line in draft.table.lines if line.name == "sheets")
        sheets.value = f"{sheets.value}|{repeat.value['parent']}"
        draft.table.lines.append(repeat)
    return draft


def _draft(sample: Sample, main: Found, same: list[Found], partner: str) -> Draft:
    mapping = map_columns([main, *(found for found in same if found is not main)])
    pattern = name_pattern(sample.name)
    entity = ENTITIES[mapping.entity]
    titles = read_titles(same, mapping, [column.name for column in entity])
    sheets = tuple(found.grid.name for found in same if found.grid.name)
    around = Around(mapping, titles, sheets, pattern, _month(pattern))
    name = re.sub(r"[^a-z0-9]+", "_", pattern.stem.lower()).strip("_") or "list"
    table = DraftTable(name, pattern.glob, f"One row per {_ROWS[mapping.entity]}.")
    personal = _personal(mapping, same)
    for column in entity:
        made = _column(column.name, mapping, same, around, personal, partner)
        table.columns += [made] if made else []
    _maximum(table, same)
    _people(table, mapping)
    _unsaid(table, mapping, titles, personal)
    _window(table)
    _file_lines(table, sample, main, same, mapping, pattern)
    _layout_lines(table, main, same, mapping, titles.patterns)
    table.lines += answers(main, mapping)
    guess_key(table, mapping, same)
    return Draft(partner, sample.name.rpartition(".")[2].lower(), _programmes(table, partner), table)


_ROWS = {
    "attendance": "person and session",
    "assessment": "person and score",
    "participant": "person and training",
    "event": "training",
}


def _month(pattern: NamePattern) -> str | None:
    found = _MONTH.match(pattern.groups.get("month") or pattern.groups.get("day") or "")
    return f"{found[1]}-{found[2]}" if found else None


def _texts(header: str, tables: Sequence[Found]) -> list[str]:
    """Return all cells under a header, however the sheets spell it."""
    places = [(table, table.place_of(header)) for table in tables]
    return [text for table, place in places if place is not None for text in table.column(place)]


def _personal(mapping: Mapping, tables: Sequence[Found]) -> frozenset[str]:
    """Return the folded texts of all columns that identify persons: none of them may be written."""
    headers = [
        mapping.header(column.name)
        for column in ENTITIES[mapping.entity]
        if column.identifies and column.name in mapping.positions
    ]
    return frozenset(fold_text(text) for header in headers for text in _texts(header, tables)) - {""}


def _column(
    name: str, mapping: Mapping, tables: Sequence[Found], around: Around, personal: frozenset[str], partner: str
) -> DraftColumn | None:
    column = next(c for c in ENTITIES[mapping.entity] if c.name == name)
    sessions = mapping.sessions
    if name in mapping.positions:
        header = mapping.header(name)
        draft = DraftColumn(column, header, required=column.demanded, doubts=list(mapping.doubts.get(name, ())))
        spelt = {tidy(h) for t in tables if (p := t.place_of(header)) is not None and (h := t.headers[p])}
        draft.synonyms = sorted(h for h in spelt if fold_text(h) != fold_text(header))
        cells = _texts(header, tables)
        describe(draft, cells, personal, around.month)
        shown = dict.fromkeys(text for text in map(tidy, cells) if text and may_be_shown(text, personal))
        draft.texts = [] if column.identifies else list(shown)
        if name in mapping.joins:
            draft.line("join", [mapping.joins[name]])
        return _settled(draft)
    if sessions and name == sessions.column:
        draft = DraftColumn(column, required=column.demanded)
        cells = [text for table in tables for place in _wide(table, sessions.pattern) for text in table.column(place)]
        describe(draft, cells, personal, around.month)
        return _settled(draft)
    return templated(column, around, partner)


def _settled(column: DraftColumn) -> DraftColumn:
    """Leave out that a cell must not be empty, where another line says what an empty one means."""
    column.required &= all(line.name != "blank" for line in column.lines)
    return column


def _wide(table: Found, pattern: str) -> list[int]:
    return [place for place, header in enumerate(table.headers) if re.fullmatch(pattern, tidy(header))]


def _maximum(table: DraftTable, tables: Sequence[Found]) -> None:
    """Read the maximum from the cells of the score, where they hold both."""
    score = next(
        (c for c in table.columns if c.name == "score" and any(line.name == "extract" for line in c.lines)), None
    )
    if score and score.header and all(column.name != "maximum" for column in table.columns):
        column = next(c for c in ENTITIES["assessment"] if c.name == "maximum")
        draft = DraftColumn(column, score.header)
        describe(draft, _texts(score.header, tables), frozenset(), None)
        table.columns.insert(table.columns.index(score) + 1, draft)


def _people(table: DraftTable, mapping: Mapping) -> None:
    """Say what is missing to know who a row is about, and what that person is."""
    names = {column.name for column in table.columns}
    identifying = [column for column in ENTITIES[mapping.entity] if column.identifies]
    if identifying and not any(column.name in names for column in identifying):
        draft = DraftColumn(identifying[0], _NO_SOURCE, doubts=["no column says who a row is about"])
        table.columns.append(draft)
    if "category" in {c.name for c in ENTITIES[mapping.entity]} - names:
        table.doubts.append(
            "no column says what a person is; where all are police officers add the column category with the "
            "template police_officer"
        )
    if "hours" in {c.name for c in ENTITIES[mapping.entity]} - names:
        table.doubts.append("nothing says how long a session is; where all are alike add hours with a template")


def _unsaid(table: DraftTable, mapping: Mapping, titles: Titles, personal: frozenset[str]) -> None:
    """Say that a file does not tell what was taught or where, and which line above the table may."""
    there = {column.name for column in table.columns}
    for column in (c.name for c in ENTITIES[mapping.entity] if c.name in _UNSAID and c.name not in there):
        near = [text for text in dict.fromkeys(titles.near.get(column, ())) if may_be_shown(text, personal)]
        lines = [repr(text) for text in near if not any(name in fold_text(text) for name in personal if len(name) > 3)]
        above = f" (above the header stands {', '.join(lines[:3])}: does it tell?)" if lines else ""
        action = f"add the column {column} with a template, or ask for a column"
        table.doubts.append(f"{_UNSAID[column]}{above}; {action}")


def _window(table: DraftTable) -> None:
    """Say between which days the sample's dates lie: whether others are to be refused, only a person knows."""
    days = [day for column in table.columns if column.days and not column.column.identifies for day in column.days]
    if days:
        window = f"{{property: courseWindow, value: {{from: {min(days)}, to: {max(days)}}}}}"
        table.doubts.append(f"dates outside the course are not refused; the sample's lie within {window}")


def _programmes(table: DraftTable, partner: str) -> dict[str, str]:
    """Return the programmes to declare; those a column names get an id each, and the codes to find them by."""
    column = next((c for c in table.columns if c.name == "programme_id"), None)
    if column is None or column.header is None:
        return {f"{partner}-programme": _NO_SOURCE}
    named = sorted(column.texts)[:_MOST_PROGRAMMES]
    ids = {f"{partner}-{_slug(text) or number}": text for number, text in enumerate(named, start=1)}
    column.line("codes", {identifier: [text] for identifier, text in ids.items()})
    return ids or {f"{partner}-programme": _NO_SOURCE}


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def _file_lines(
    table: DraftTable, sample: Sample, main: Found, same: list[Found], mapping: Mapping, pattern: NamePattern
) -> None:
    """Add what a file is: entity, name, format, sheets."""
    table.line("entity", mapping.entity)
    alone = "nothing in the name tells files apart: each would take the place of the one before"
    table.line("files", pattern.pattern, *(pattern.doubts or ([] if pattern.groups else [alone])))
    table.line("format", sample.options.format)
    if sample.options.format == "delimited":
        dialect = sample.options.dialect.model_dump(exclude_defaults=True)
        if dialect or sample.doubts:
            table.line("dialect", dialect, *sample.doubts)
        return
    table.line("sheets", one_of([found.grid.name for found in same]))
    others = [grid.name for grid in sample.opened.grids if grid not in [found.grid for found in same]]
    if others:
        shown = f"{len(others)} sheets hold no table like the one of sheet {main.grid.number}: are they to be read?"
        table.line("ignoredSheets", "|".join(literal(tidy(name)) for name in others), shown)
    hidden = [found.grid.number for found in same if any("hidden" in note for note in found.grid.notes)]
    if hidden:
        table.doubts.append(f"sheets {', '.join(map(str, hidden))} are hidden and were read")


def _layout_lines(table: DraftTable, main: Found, same: list[Found], mapping: Mapping, titles: list[str]) -> None:
    """Add where the table stands in a sheet, and what stands around it."""
    last = max(found.first for found in same)
    if main.first:
        table.line("headerRow", main.first + 1)
    if last + 1 > 15 or (last and not main.grid.name):
        table.line("headerWithin", last + 6)
    if main.lines > 1:
        table.line("headerLines", main.lines)
    if titles:
        table.line("titles", titles)
    footers, ends = ({word for found in same for word in words(found)} for words in (_footers, _ends))
    if footers:
        table.line("footer", [f"{literal(word)}.*" for word in sorted(footers)])
    if ends:
        table.line("endsAt", "|".join(f"{literal(word)}.*" for word in sorted(ends)))
    for found in (f for f in same if f.loose):
        rows = f"{found.loose[0]} to {found.loose[-1]}" if len(found.loose) > 1 else str(found.loose[0])
        table.doubts.append(f"{found.grid.where}: row {rows} holds few cells; is it below the table? (footer, endsAt)")
    for question in mapping.questions:
        table.doubts.append(f"{question!r} is a question with several answers: is each a session? (sessions.choices)")
    if uneven := [number for found in same for number in found.uneven]:
        shown = ", ".join(map(str, uneven[:10]))
        table.doubts.append(
            f"left out, as they have more or fewer cells than the header: {len(uneven)}, in row {shown}"
        )
    if mapping.sessions:
        table.line("sessions", {"header": mapping.sessions.pattern, "column": mapping.sessions.column})
    table.line("toleratedRefusedPercent", 10, fill_in="of 100 rows so many may be refused before the file is held")
    if mapping.ignored:
        unknown = [header for place, header in mapping.ignored_headers() if not mapping.ignored[place]]
        quoted = ", ".join(repr(header) for header in unknown)
        doubt = f"nobody knows what these hold; they are not read: {quoted}" if unknown else ""
        table.line("ignoredColumns", [header for _, header in mapping.ignored_headers()], doubt)


def _footers(found: Found) -> list[str]:
    return found.footers


def _ends(found: Found) -> list[str]:
    return found.ends
