"""Says what is wrong with a custom property in the words of docs/contracts.md, with an example to copy."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import yaml

from warehouse.contract.spelling import fold_text
from warehouse.errors import did_you_mean

_NEAR = 0.6  # likeness from which on one spelling may be meant by another

EXAMPLES: MappingProxyType[str, str] = MappingProxyType(
    {
        "programmes": "programmes: [{id: acme-2024, name: Trainings 2024, funder: Example Fund}]",
        "id": "id: acme-2024",
        "name": "name: Trainings 2024",
        "funder": "funder: Example Fund",
        "parent": "parent: acme-2024",
        "returns": "returns: {folder: acme}",
        "folder": "folder: acme",
        "email": "email: data@example.org",
        "connection": "connection: sala_mail",
        "connectionId": "connectionId: sala_inbox_acme",
        "wholeFile": "wholeFile: {stableSeconds: 60}, or wholeFile: {marker: .done}",
        "stableSeconds": "stableSeconds: 60",
        "marker": "marker: .done",
        "paths": "paths: [exports/attendance.csv]",
        "assetUid": "assetUid: aXy7Kq2mPz",
        "entity": "entity: attendance",
        "files": r"files: 'attendance_(?P<month>\d{4}-\d{2})\.csv'",
        "format": "format: delimited",
        "toleratedRefusedPercent": "toleratedRefusedPercent: 10",
        "dialect": 'dialect: {delimiter: ";", encoding: utf-8}',
        "delimiter": 'delimiter: ";"',
        "quote": "quote: '\"'",
        "encoding": "encoding: utf-8",
        "sheets": "sheets: 'Sheet.*'",
        "ignoredSheets": "ignoredSheets: 'Notes|Summary'",
        "headerWithin": "headerWithin: 10",
        "headerRow": "headerRow: 4",
        "headerLines": "headerLines: 2",
        "titles": r"titles: ['Province: (?P<province>.+)']",
        "footer": "footer: ['Total.*']",
        "endsAt": "endsAt: 'Prepared by.*'",
        "sessions": r"sessions: {header: 'Day (?P<number>\d+)', column: status}",
        "header": r"header: 'Day (?P<number>\d+)'",
        "column": "column: status",
        "courseWindow": "courseWindow: {from: 2024-05-01, to: 2024-05-31}",
        "from": "from: 2024-05-01",
        "to": "to: 2024-05-31",
        "ignoredColumns": "ignoredColumns: [Remarks]",
        "unknownColumns": "unknownColumns: hold",
        "template": 'template: "{file.month}", or a constant such as "6"',
        "codes": 'codes: {present: ["Y", "Yes"], absent: ["N", "No"]}',
        "blank": "blank: unknown",
        "dateFormats": 'dateFormats: ["%d/%m/%Y"]',
        "era": "era: buddhist",
        "timeZone": "timeZone: UTC",
        "choices": "choices: {question: [group/topics], answers: {law: [The law], care: [Care of victims]}}",
        "question": "question: [group/topics]",
        "answers": "answers: {law: [The law], care: [Care of victims]}",
        "repeat": "repeat: {sheet: participants, parent: 'Training.*', on: {_submission__uuid: _uuid}}",
        "sheet": "sheet: participants",
        "on": "on: {_submission__uuid: _uuid}",
        "keep": "keep: {by: [_id], order: _submission_time, take: latest}",
        "by": "by: [_id]",
        "order": "order: _submission_time",
        "take": "take: latest",
        "formats": 'formats: ["%d/%m/%Y %H:%M:%S"]',
        "refuses": "refuses: [{header: _validation_status, values: [Not Approved], reason: it was not approved}]",
        "values": "values: [Not Approved, On Hold]",
        "reason": "reason: it was not approved",
        "extract": r"extract: '(?P<value>\d+(\.\d+)?) / \d+'",
        "merge": "merge: true",
        "join": "join: [First name]",
        "decimalComma": "decimalComma: true",
    }
)
_KINDS = MappingProxyType(
    {
        "tuple": "a list",
        "list": "a list",
        "dict": "a mapping of keys and values",
        "model": "a mapping of keys and values",
        "int": "a whole number",
        "string": "a text; what YAML reads as something else stands in quotation marks",
        "bool": "true or false",
        "date": "a day that exists, written as 2024-05-31",
    }
)


def close(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that was meant, or None when none is near."""
    found = difflib.get_close_matches(word, sorted(known), n=1, cutoff=_NEAR)
    return found[0] if found else None


def counterparts(wanted: Mapping[str, Sequence[str]], there: Iterable[str]) -> dict[str, str]:
    """Return by which headers of a file the missing ones may be meant: each stands for one at most, the likest first.

    What a platform puts before a question ("group/sex") is compared only where the questions are alike.

    Args:
        wanted: A name for each that is missing, with its spellings.
        there: The file's headers that are free.
    """
    pairs = [
        (-likeness, -_likeness(spelling, header), name, header)
        for name, spellings in wanted.items()
        for header in there
        for spelling in spellings
        if (likeness := _likeness(_question(spelling), _question(header))) > _NEAR
    ]
    found: dict[str, str] = {}
    for _, _, name, header in sorted(pairs):
        if name not in found and header not in found.values():
            found[name] = header
    return found


def _question(header: str) -> str:
    return header.rsplit("/", 1)[-1].strip()


def _likeness(one: str, other: str) -> float:
    matcher = difflib.SequenceMatcher(None, fold_text(one), fold_text(other), autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() >= _NEAR else 0.0


def shown(value: object) -> str:
    """Return a value of the contract as the contract writes it, shortened."""
    if isinstance(value, str):
        text = repr(value)
    else:
        text = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, width=10**6, sort_keys=False)
        text = text.removesuffix("...\n").strip()
    return text if len(text) <= 80 else text[:79] + "…"


def example(key: object) -> str:
    """Return a line to copy for a custom property."""
    return f"for example {EXAMPLES[str(key)]}" if str(key) in EXAMPLES else "see docs/contracts.md"


def fault_in_words(fault: Any) -> tuple[str, str, str]:
    """Return what was found, what was expected and what to do, for one fault that validation found."""
    kind, context, value = str(fault["type"]), fault.get("ctx", {}), fault.get("input")
    key = next((part for part in reversed(fault["loc"]) if str(part) in EXAMPLES), "")
    if kind == "literal_error":
        allowed = [word.strip("' ") for word in str(context["expected"]).replace(" or ", ",").split(",")]
        action = did_you_mean(str(value), allowed)
        return shown(value), f"one of {', '.join(allowed)}", action if "did you" in action else example(key)
    if kind == "value_error":
        return shown(value), str(context["error"]), example(key)
    return shown(value), _bounds(kind, context) or _KINDS.get(kind.split("_")[0], "another value"), example(key)


def _bounds(kind: str, context: Any) -> str | None:
    if kind == "too_short":
        return f"a list of at least {context['min_length']}"
    if kind in ("string_too_short", "string_too_long"):
        return "exactly one character"
    if kind == "string_pattern_mismatch":
        return "lower-case letters, digits and hyphens"
    if kind == "greater_than_equal":
        return f"a whole number, {context['ge']} or more"
    if kind == "less_than_equal":
        return f"a whole number, {context['le']} or less"
    return None
