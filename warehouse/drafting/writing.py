"""Writes a drafted contract as YAML, each doubt as a comment above its line, each gap as FILL IN beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

from warehouse.contract.columns import LOGICAL_TYPES
from warehouse.drafting.faults import ContractThere, PartnerIdUnfit
from warehouse.drafting.model import Draft, DraftColumn, DraftTable, Line

DOUBT, FILL_IN = "# DOUBT: ", "# FILL IN: "
_WIDE = 110  # letters of a line


def contract_text(draft: Draft) -> str:
    """Return the contract's text."""
    return "\n".join([*_head(draft), *_table(draft.table)]) + "\n"


def identifier_for(partner: str | None, folder: Path | None) -> str:
    """Return a partner's id, which its folder is called by too.

    Raises:
        PartnerIdUnfit: The folder is called otherwise.
    """
    called = folder.resolve().name if folder else partner or ""
    if partner and partner != called:
        expected = "one name: a contract is found by its folder, which is called as its id"
        action = f"leave out --partner, or write --out with a folder called {partner}"
        raise PartnerIdUnfit("--partner", f"{partner!r} for a folder called {called!r}", expected, action)
    return called


def write_contract(path: Path, text: str) -> None:
    """Write a drafted contract.

    Raises:
        ContractThere: There is one already.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        expected, action = "a folder without a contract", "name another folder with --out, or move that contract away"
        raise ContractThere(str(path), "a contract", expected, action) from None


def gaps(text: str) -> list[str]:
    """Return what a drafted contract leaves to fill in, each with its line."""
    lines = enumerate(text.splitlines(), start=1)
    return [f"line {n}: {line.split(FILL_IN, 1)[1]}" for n, line in lines if FILL_IN in line]


def _head(draft: Draft) -> Iterator[str]:
    partner = draft.partner
    yield "# Drafted from one sample. Look at every DOUBT, replace every FILL IN, take these comments out, then:"
    yield "# sala contract try FOLDER FILE"
    yield from ("apiVersion: v3.2.0", "kind: DataContract", f"id: {partner}")
    yield f"name: {partner}  {FILL_IN}what the partner is called"
    yield from ("version: 1.0.0", "status: draft", "domain: training")
    yield "description:"
    yield f"  purpose: Not said yet.  {FILL_IN}what the files hold, and what they are for"
    yield "servers:"
    yield from ("  - server: inbox", "    type: local", f"    path: inbox/{partner}")
    yield f"    format: {_flow(draft.extension)}"
    yield "team:"
    yield "  members:"
    owner = f"data.{partner}@example.org"
    yield f"    - {{username: {owner}, role: owner}}  {FILL_IN}the mailbox of a role that is told of held files"
    yield f"{FILL_IN}how often files are owed, and when to look for them; left out, nothing is owed"
    yield "# slaProperties:"
    yield '#   - {property: frequency, value: 92, unit: d, schedule: "0 3 * * *", scheduler: cron}'
    yield from ("customProperties:", "  - property: programmes", "    value:")
    for identifier, name in draft.programmes.items():
        entry = _flow({"id": identifier, "name": name, "funder": "FILL IN"})
        yield f"      - {entry}  {FILL_IN}its name and who pays for it"


def _table(table: DraftTable) -> Iterator[str]:
    yield "schema:"
    yield from _comments(table.doubts, 2)
    yield f"  - name: {table.name}"
    yield f"    physicalName: {_flow(table.physical_name)}"
    yield f"    description: {table.description}"
    yield "    customProperties:"
    for line in table.lines:
        yield from _line(line, 6)
    yield "    properties:"
    for column in table.columns:
        yield from _column(column)


def _column(column: DraftColumn) -> Iterator[str]:
    standard: dict[str, Any] = {"name": column.name}
    standard |= {"physicalName": column.header} if column.header else {}
    synonyms = [{"synonym": synonym} for synonym in column.synonyms]
    standard |= {"synonyms": synonyms} if synonyms else {}
    standard["logicalType"] = LOGICAL_TYPES[column.column.kind]
    standard |= {"required": True} if column.required else {}
    standard |= {"primaryKey": True} if column.primary_key else {}
    standard |= {"classification": "restricted"} if column.column.identifies else {}
    yield from _comments(column.doubts, 6)
    short = f"      - {_flow(standard)}"
    if not column.lines and len(short) <= _WIDE:
        yield short
        return
    for place, (name, value) in enumerate(standard.items()):
        yield f"      {'- ' if not place else '  '}{name}: {_flow(value)}"
    if column.lines:
        yield "        customProperties:"
    for line in column.lines:
        yield from _line(line, 10)


def _line(line: Line, indent: int) -> Iterator[str]:
    yield from _comments(line.doubts, indent)
    space, gap = " " * indent, f"  {FILL_IN}{line.fill_in}" if line.fill_in else ""
    short = f"{space}- {_flow({'property': line.name, 'value': line.value})}"
    if len(short) <= _WIDE or not isinstance(line.value, dict | list):
        yield short + gap
        return
    yield f"{space}- property: {line.name}"
    yield f"{space}  value:{gap}"
    if isinstance(line.value, dict):
        yield from (f"{space}    {_flow(name)}: {_flow(value)}" for name, value in line.value.items())
    else:
        yield from (f"{space}    - {_flow(value)}" for value in line.value)


def _comments(doubts: Sequence[str], indent: int) -> Iterator[str]:
    yield from (f"{' ' * indent}{DOUBT}{_printable(doubt)}" for doubt in doubts)


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)


def _flow(value: Any) -> str:
    """Return a value as YAML in one line."""
    text = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, width=10**6, sort_keys=False)
    return text.strip().removesuffix("...").strip()
