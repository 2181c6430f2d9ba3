"""Columns of a contract: which header or template gives each canonical column, and what its cells mean."""

from __future__ import annotations

import re
from collections.abc import Iterable
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from open_data_contract_standard.model import SchemaObject, SchemaProperty

from warehouse.contract import lookups
from warehouse.contract.entities import ENTITIES, Column, Kind
from warehouse.contract.model import ColumnContract
from warehouse.contract.properties import ColumnProperties, TableProperties
from warehouse.contract.shaping import check_shaping
from warehouse.contract.spelling import fold_name, fold_text
from warehouse.contract.texts import FILES_UNREAD
from warehouse.contract.wording import close
from warehouse.errors import did_you_mean

if TYPE_CHECKING:
    from warehouse.contract.building import Builder, Given

LOGICAL_TYPES = MappingProxyType(
    {
        Kind.TEXT: "string",
        Kind.CODE: "string",
        Kind.LOOKUP: "string",
        Kind.DATE: "date",
        Kind.INTEGER: "integer",
        Kind.DECIMAL: "number",
    }
)
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
BLANK_WORDS = frozenset({"empty", "refuse"})


class Sketch(NamedTuple):
    """A table's options as far as they are right: what depends on the `doubtful` ones is not complained of."""

    options: TableProperties
    doubtful: frozenset[str]
    programmes: frozenset[str]


def build_columns(builder: Builder, path: str, schema: SchemaObject, sketch: Sketch) -> list[ColumnContract]:
    """Return the columns of a schema object, noting every mistake on the builder."""
    entity = sketch.options.entity
    known = {c.name: c for c in ENTITIES[entity]}
    there = {prop.name for prop in schema.properties or []}
    columns: list[ColumnContract] = []
    for position, prop in enumerate(schema.properties or []):
        place, name = f"{path}.properties[{position}]", prop.name or ""
        if name not in known:
            builder.note(f"{place}.name", repr(prop.name), f"a column of '{entity}'", did_you_mean(name, known))
            meant = close(name, known)
            name = meant if meant and meant not in there else ""
        if name:
            columns.append(_column(builder, place, prop, known[name], sketch))
        else:
            builder.custom(f"{place}.customProperties", prop.customProperties, ColumnProperties)
    _check_whole(builder, path, columns, known.values(), sketch)
    _check_headers(builder, path, columns)
    check_shaping(builder, path, columns, sketch.options)
    return columns


def _column(builder: Builder, path: str, prop: SchemaProperty, column: Column, sketch: Sketch) -> ColumnContract:
    table = sketch.options
    given = builder.custom(f"{path}.customProperties", prop.customProperties, ColumnProperties)
    options = given.options or ColumnProperties()
    headers = tuple(h for h in [prop.physicalName, *((s.synonym or "") for s in prop.synonyms or [])] if h)
    cell = bool(table.sessions and table.sessions.column == column.name)
    unsure = "template" in given.doubtful or "sessions" in sketch.doubtful
    if bool(headers) + (options.template is not None) + cell != 1 and not unsure:
        expected = "one of physicalName (a header) and the custom property template (a value)"
        builder.note(path, "none or both" if not cell else "the session cells and another source", expected, "keep one")
    if prop.logicalType and prop.logicalType != LOGICAL_TYPES[column.kind]:
        right = LOGICAL_TYPES[column.kind]
        expected = f"'{right}', the type of '{column.name}'"
        builder.note(f"{path}.logicalType", repr(prop.logicalType), expected, f"write logicalType: {right}")
    if column.identifies and prop.classification != "restricted":
        action = "write classification: restricted; the column then goes to the vault only"
        builder.note(
            f"{path}.classification", repr(prop.classification), "'restricted': it identifies a person", action
        )
    if options.template is not None:
        _check_template(builder, path, options.template, sketch)
    required = bool(prop.required) or column.demanded
    _check_codes(builder, path, column, given, sketch)
    _check_blank(builder, path, column, given, (_allowed(column, sketch.programmes), required))
    _check_dates(builder, path, column, given, table)
    return ColumnContract(column, headers, required, bool(prop.unique), bool(prop.primaryKey), options)


def _check_dates(
    builder: Builder, path: str, column: Column, given: Given[ColumnProperties], table: TableProperties
) -> None:
    options, dated = given.options or ColumnProperties(), column.kind is Kind.DATE
    unsaid = dated and not options.dateFormats and "dateFormats" not in given.doubtful
    if unsaid and (table.format != "workbook" or options.template is not None):
        builder.note(
            path, "a date without dateFormats", "how the partner writes dates", 'add dateFormats: ["%d/%m/%Y"]'
        )
    of_days = {"dateFormats": options.dateFormats, "timeZone": options.timeZone}
    idle = [name for name, value in of_days.items() if value and not dated]
    if options.era != "common" and not dated and column.name != "birth_year":
        idle.append("era")
    for name in idle:
        builder.note(f"{path}.{name}", name, f"none: '{column.name}' is no date", "remove it")


def _check_template(builder: Builder, path: str, template: str, sketch: Sketch) -> None:
    table = sketch.options
    known = {"sheet", *(f"file.{g}" for g in re.compile(table.files).groupindex)}
    known |= {f"title.{g}" for title in table.titles for g in re.compile(title).groupindex}
    if table.sessions:
        known |= {f"session.{g}" for g in re.compile(table.sessions.header).groupindex}
    sources = {"files": "file.", "titles": "title.", "sessions": "session."}
    unsure = tuple(start for name, start in sources.items() if name in sketch.doubtful or table.files == FILES_UNREAD)
    for name in PLACEHOLDER.findall(template):
        if name not in known and not (unsure and name.startswith(unsure)):
            builder.note(f"{path}.template", f"{{{name}}}", "a named group of this table", did_you_mean(name, known))


def _check_codes(builder: Builder, path: str, column: Column, given: Given[ColumnProperties], sketch: Sketch) -> None:
    options = given.options or ColumnProperties()
    allowed = _allowed(column, sketch.programmes)
    if allowed is None:
        numeric = column.kind in (Kind.INTEGER, Kind.DECIMAL)
        if options.codes and not (numeric and set(options.codes) == {"empty"}):  # "-" where no number is
            builder.note(f"{path}.codes", "codes", f"none: '{column.name}' is not a coded column", "remove them")
        return
    for code in options.codes:
        if code not in allowed:
            builder.note(f"{path}.codes", repr(code), f"a code of '{column.name}'", did_you_mean(code, allowed))
    spellings: dict[str, str] = {}
    for code, raws in options.codes.items():
        for raw in raws:
            if spellings.setdefault(fold_text(raw), code) != code:
                other = spellings[fold_text(raw)]
                builder.note(f"{path}.codes.{code}", repr(raw), "each spelling once", f"it also means '{other}'")
    constant = options.template if options.template and not PLACEHOLDER.search(options.template) else None
    if constant and "codes" not in given.doubtful and not _means(constant, column, allowed, spellings):
        action = did_you_mean(constant, allowed)
        builder.note(f"{path}.template", repr(constant), f"a code of '{column.name}'", action)


def _check_blank(
    builder: Builder,
    path: str,
    column: Column,
    given: Given[ColumnProperties],
    holds: tuple[frozenset[str] | None, bool],
) -> None:
    """Note a `blank` that is nothing the column may hold, or contradicts what the column requires."""
    codes, required = holds
    blank = given.options.blank if given.options else None
    if blank is not None and blank not in BLANK_WORDS | (codes or frozenset()):
        expected = "'empty' or 'refuse'" if codes is None else "a code, 'empty' or 'refuse'"
        builder.note(f"{path}.blank", repr(blank), expected, did_you_mean(blank, BLANK_WORDS | (codes or frozenset())))
    if required and blank == "empty":
        expected = f"one of both: '{column.name}' must have a value" if column.demanded else "one of both"
        action = "remove required, or write blank: refuse, or a code that an empty cell means"
        builder.note(f"{path}.blank", "an empty cell that is let pass, in a required column", expected, action)
    if codes is None and blank == "refuse" and not required:
        builder.note(f"{path}.blank", "'refuse' in a column that is not required", "one of both", "add required: true")
    if column.name == "status" and blank is None and "blank" not in given.doubtful:
        action = "add blank: absent, blank: unknown or blank: refuse"
        builder.note(path, "nothing about an empty cell", "what an empty attendance cell means", action)


def _means(constant: str, column: Column, allowed: frozenset[str], spellings: dict[str, str]) -> bool:
    """True when a constant becomes a code the way a cell would."""
    if fold_text(constant) in spellings or fold_text(constant) in {fold_text(code) for code in allowed}:
        return True
    return column.kind is Kind.LOOKUP and fold_name(constant) in lookups.aliases(column.lookup)


def _allowed(column: Column, programmes: frozenset[str]) -> frozenset[str] | None:
    if column.name == "programme_id":
        return programmes
    if column.kind is Kind.LOOKUP:
        return lookups.codes(column.lookup)
    return frozenset(column.codes) if column.kind is Kind.CODE else None


def _check_whole(
    builder: Builder, path: str, columns: list[ColumnContract], known: Iterable[Column], sketch: Sketch
) -> None:
    table = sketch.options
    names = [c.name for c in columns]
    for name in sorted({n for n in names if names.count(n) > 1}):
        builder.note(f"{path}.properties", f"'{name}' twice", "each canonical column once", "remove one of them")
    for column in known:
        if column.demanded and column.name not in names:
            action = "map it to a header, or give it a template"
            builder.note(f"{path}.properties", f"no '{column.name}'", f"every {table.entity} has one", action)
    cells = table.sessions.column if table.sessions else None
    if cells is not None and cells not in names:
        expected, action = "a column of this schema object", did_you_mean(cells, names)
        builder.note(f"{path}.customProperties.sessions.column", repr(cells), expected, action)
    identifiers = [c for c in known if c.identifies]
    if identifiers and not any(c.column.identifies for c in columns):
        builder.note(f"{path}.properties", "no identifying column", "a person id or a name", "map at least one")


def _check_headers(builder: Builder, path: str, columns: list[ColumnContract]) -> None:
    """Note a header that two columns claim, unless one of them takes only a part of its cells."""
    seen: dict[str, ColumnContract] = {}
    for contract in columns:
        for header in contract.headers:
            other = seen.setdefault(fold_text(header), contract)
            if other is not contract and not (contract.options.extract or other.options.extract):
                found, action = f"header {header!r} for '{contract.name}'", f"'{other.name}' has it"
                builder.note(f"{path}.properties", found, "a header once", action)
