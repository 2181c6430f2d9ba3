"""Reads submissions as the survey platform's own interface gives them: one JSON document, a sheet for each group.

The document is what `warehouse.connectors` writes: {"asset": …, "fetched_until": …, "submissions": [{"_id": …,
"group/question": …, "people": [{"people/name": …}]}]}. The submissions become the sheet `submissions`; each repeat
group becomes a sheet of its own name, whose rows hold the `_uuid` of their submission as `_submission__uuid`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from warehouse.contract.model import Table
from warehouse.contract.properties import TableProperties
from warehouse.contract.spelling import tidy
from warehouse.readers.faults import EncodingWrong, FileEmpty, FileTooLarge, FormatWrong, SheetUnknown
from warehouse.readers.grid import Grid, Opened, Row
from warehouse.readers.layout import lay_out
from warehouse.readers.raw import REAL_DATE, RawFile

LARGEST = 128 << 20  # bytes; some fifty thousand submissions of a long form
DEEPEST = 16  # arrays and objects within each other; a repeat group takes two of them
MAIN = "submissions"
PARENT = ("_uuid", "_id")
_TOKEN = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"\s*(:?)|[\[\]{}]', re.DOTALL)


def read_submissions(path: Path, table: Table) -> RawFile:
    """Return the rows of a document of submissions.

    Raises:
        FileHeld: One of `warehouse.readers.faults`, when the file is not what the contract promises.
    """
    return lay_out(open_submissions(path, table.options), table)


def open_submissions(path: Path, options: TableProperties) -> Opened:
    """Return all submissions and repeat groups as sheets.

    Raises:
        FileHeld: It is no such document, or its groups are others.
    """
    data = _bytes(path)
    counted = count_objects(data)
    sheets = _Sheets()
    for submission in _submissions(data):
        sheets.add(MAIN, submission, {f"_submission_{name}": _text(submission.get(name)) for name in PARENT})
    if not sheets.rows:
        raise FileEmpty("the file", "no submission", "at least one", "fetch the form again once it has answers")
    names = [name for name in sheets.rows if _is_read(name, options)]
    grids = (sheets.grid(name, number, counted.get(name, 0)) for number, name in enumerate(sheets.rows, start=1))
    return Opened(tuple(grid for grid in grids if grid.name in names))


def _bytes(path: Path) -> bytes:
    if path.stat().st_size > LARGEST:
        found = f"more than {LARGEST >> 20} MiB"
        raise FileTooLarge("the file", found, f"at most {LARGEST >> 20} MiB", "fetch the form in smaller parts")
    data = path.read_bytes()
    if not data.strip():
        raise FileEmpty("the file", f"{len(data)} bytes, none of them text", "submissions", "fetch the form again")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        found = f"bytes that are not UTF-8, first at byte {error.start}"
        raise EncodingWrong("the file", found, "JSON in UTF-8", "fetch the form again") from None
    return data


def count_objects(data: bytes) -> dict[str, int]:
    """Count the objects of each list by the list's name, without parsing: the independent count of law 1.

    Raises:
        FormatWrong: Brackets that do not close, or nested deeper than any form; a list's name that is no text.
    """
    counts: dict[str, int] = {}
    lists: list[str | None] = []  # of every open bracket: the list's name, None for an object
    key = b""
    for token in _TOKEN.finditer(data):
        mark = token[0][:1]
        if mark == b'"':
            key = token[0] if token[1] else key
        elif mark in b"[{":
            if mark == b"{" and lists and lists[-1] is not None:
                counts[lists[-1]] = counts.get(lists[-1], 0) + 1
            lists.append(_name(key) if mark == b"[" else None)
            if len(lists) > DEEPEST:
                _fail(f"brackets within brackets, more than {DEEPEST}")
        elif not lists or (lists.pop() is None) != (mark == b"}"):
            _fail("brackets that do not close each other")
    if lists:
        _fail("a document that is cut off")
    return counts


def _name(key: bytes) -> str:
    try:
        return str(json.loads(key.rstrip(b": \t\r\n") or b'""'))
    except ValueError:
        _fail("a name that is no text")


def _fail(found: str) -> NoReturn:
    action = "fetch the form again; if it stays so, tell the pipeline's keeper"
    raise FormatWrong("the file", found, "JSON with a list of submissions", action) from None


def _submissions(data: bytes) -> list[dict[str, Any]]:
    try:
        # Numbers stay as they are written: an id keeps its zeros, a score its decimals.
        document = json.loads(data, parse_int=str, parse_float=str, parse_constant=_fail, object_pairs_hook=_each_once)
    except (ValueError, RecursionError):
        _fail("no JSON")
    found = document.get("submissions") if isinstance(document, dict) else None
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        _fail("no list of submissions")
    return found


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        _fail("a name twice in one object, which leaves two readings")
    return found


def _is_read(name: str, options: TableProperties) -> bool:
    """True for a group that the contract reads, False for one that it passes over."""
    if options.ignoredSheets and re.fullmatch(options.ignoredSheets, name.strip()):
        return False
    if not re.fullmatch(options.sheets, name.strip()):
        action = "add the group to sheets or to ignoredSheets in the contract"
        raise SheetUnknown("the file", "a group of another name", f"groups like {options.sheets}", action)
    return True


class _Sheets:
    """The submissions and their groups, as they come."""

    def __init__(self) -> None:
        self.rows: dict[str, list[dict[str, str]]] = {}

    def add(self, name: str, answers: Mapping[str, Any], submission: Mapping[str, str]) -> None:
        """Add one row, and those of the groups in it."""
        row: dict[str, str] = {} if name == MAIN else dict(submission)
        self.rows.setdefault(name, []).append(row)
        for header, answer in answers.items():
            if isinstance(answer, list) and not header.startswith("_"):
                if header == MAIN:
                    _fail("a group of the name that the submissions have")
                for one in answer:
                    if not isinstance(one, dict):
                        _fail("a list of something else than answers")
                    self.add(header, one, submission)
            elif not isinstance(answer, list):
                row[header] = _text(answer)

    def grid(self, name: str, number: int, counted: int) -> Grid:
        """Return one sheet: a header that is ours, and the rows."""
        headers = list(dict.fromkeys(header for row in self.rows[name] for header in row))
        rows: list[Row] = [headers, *([row.get(header, "") for header in headers] for row in self.rows[name])]
        blank = sum(not any(map(tidy, row)) for row in rows)
        return Grid(name, number, rows, counted + 1, blank)


def _text(answer: Any) -> str:
    """Return an answer as text: of a status what people see of it."""
    if isinstance(answer, dict):
        answer = answer.get("label", "")
    if answer is None or isinstance(answer, dict | list):
        return ""
    text = ("TRUE" if answer else "FALSE") if isinstance(answer, bool) else str(answer)
    if any("\ud800" <= character <= "\udfff" for character in text):
        _fail("half of a character")
    return text.replace(REAL_DATE, " ")
