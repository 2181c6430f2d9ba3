"""Columns of a contract: which header or template gives each canonical column, and what its cells mean."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from open_data_contract_standard.model import SchemaObject, SchemaProperty

from warehouse.contract import lookups
from warehouse.contract.entities import ENTITIES, Column, Kind
from warehouse.contract.model import ColumnContract
from warehouse.contract.properties import FILES_UNREAD, ColumnProperties, TableProperties
from warehouse.contract.spelling import fold_text
from warehouse.errors import did_you_mean

if TYPE_CHECKING:
    from warehouse.contract.building import Builder

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
BLANK_WORDS = frozenset({"empty", "refuse"})


def build_columns(
    builder: Builder, path: str, schema: SchemaObject, table: TableProperties, programmes: frozenset[str] | None
) -> list[ColumnContract]:
    """Return the columns of a schema object, noting every mistake on the builder."""
    known = {c.name: c for c in ENTITIES[table.entity]}
    columns: list[ColumnContract] = []
    for position, prop in enumerate(schema.properties or []):
        place = f"{path}.properties[{position}]"
        if prop.name not in known:
            action = did_you_mean(prop.name or "", known)
            builder.note(f"{place}.name", repr(prop.name), f"a column of '{table.entity}'", action)
            continue
        if built := _column(builder, place, prop, known[prop.name], table, programmes):
            columns.append(built)
    _check_whole(builder, path, columns, known.values(), table)
    return columns


def _column(
    builder: Builder,
    path: str,
    prop: SchemaProperty,
    column: Column,
    table: TableProperties,
    programmes: frozenset[str] | None,
) -> ColumnContract | None:
    options = builder.custom(f"{path}.customProperties", prop.customProperties, ColumnProperties)
    if options is None:
        return None
    headers = tuple(h for h in [prop.physicalName, *((s.synonym or "") for s in prop.synonyms or [])] if h)
    cell = bool(table.sessions and table.sessions.column == column.name)
    if bool(headers) + (options.template is not None) + cell != 1:
        expected = "one of physicalName (a header) and the custom property template (a value)"
        builder.note(path, "none or both" if not cell else "the session cells and another source", expected, "keep one")
    if column.identifies and prop.classification != "restricted":
        action = "write classification: restricted; the column then goes to the vault only"
        builder.note(
            f"{path}.classification", repr(prop.classification), "'restricted': it identifies a person", action
        )
    if options.template is not None:
        _check_template(builder, path, options.template, table)
    _check_codes(builder, path, column, options, programmes)
    dated = column.kind is Kind.DATE and not options.dateFormats
    if dated and (table.format == "delimited" or options.template is not None):
        builder.note(
            path, "a date without dateFormats", "how the partner writes dates", 'add dateFormats: ["%d/%m/%Y"]'
        )
    required = bool(prop.required) or column.demanded
    return ColumnContract(column, headers, required, bool(prop.unique), bool(prop.primaryKey), options)


def _check_template(builder: Builder, path: str, template: str, table: TableProperties) -> None:
    known = {"sheet", *(f"file.{g}" for g in re.compile(table.files).groupindex)}
    known |= {f"title.{g}" for title in table.titles for g in re.compile(title).groupindex}
    if table.sessions:
        known |= {f"session.{g}" for g in re.compile(table.sessions.header).groupindex}
    for name in PLACEHOLDER.findall(template):
        if name not in known and not (table.files == FILES_UNREAD and name.startswith("file.")):
            builder.note(f"{path}.template", f"{{{name}}}", "a named group of this table", did_you_mean(name, known))


def _check_codes(
    builder: Builder, path: str, column: Column, options: ColumnProperties, programmes: frozenset[str] | None
) -> None:
    allowed = _allowed(column, programmes)
    if allowed is None:
        numeric = column.kind in (Kind.INTEGER, Kind.DECIMAL)
        if options.codes and not (numeric and set(options.codes) == {"empty"}):  # "-" where no number is
            builder.note(f"{path}.codes", "codes", f"none: '{column.name}' is not a coded column", "remove them")
        return
    targets = [*options.codes]
    if column.name == "programme_id" and options.template and not PLACEHOLDER.search(options.template):
        targets.append(options.template)
    for code in targets:
        if code not in allowed:
            builder.note(f"{path}.codes", repr(code), f"a code of '{column.name}'", did_you_mean(code, allowed))
    spellings: dict[str, str] = {}
    for code, raws in options.codes.items():
        for raw in raws:
            if spellings.setdefault(fold_text(raw), code) != code:
                other = spellings[fold_text(raw)]
                builder.note(f"{path}.codes.{code}", repr(raw), "each spelling once", f"it also means '{other}'")
    if options.blank is not None and options.blank not in allowed | BLANK_WORDS:
        builder.note(
            f"{path}.blank", repr(options.blank), "a code, 'empty' or 'refuse'", did_you_mean(options.blank, allowed)
        )
    if column.name == "status" and options.blank is None:
        action = "add blank: absent, blank: unknown or blank: refuse"
        builder.note(path, "nothing about an empty cell", "what an empty attendance cell means", action)


def _allowed(column: Column, programmes: frozenset[str] | None) -> frozenset[str] | None:
    if column.name == "programme_id":
        return programmes or frozenset()
    if column.kind is Kind.LOOKUP:
        return lookups.codes(column.lookup)
    return frozenset(column.codes) if column.kind is Kind.CODE else None


def _check_whole(
    builder: Builder, path: str, columns: list[ColumnContract], known: Iterable[Column], table: TableProperties
) -> None:
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
    seen: dict[str, str] = {}
    for contract in columns:
        for header in contract.headers:
            if seen.setdefault(fold_text(header), contract.name) != contract.name:
                other = seen[fold_text(header)]
                builder.note(
                    f"{path}.properties",
                    f"header {header!r} for '{contract.name}'",
                    "a header once",
                    f"'{other}' has it",
                )
