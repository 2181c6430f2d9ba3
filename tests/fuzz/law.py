"""The law of damaged files, as docs/formats.md states it: what a change may do to the accepted rows."""

from __future__ import annotations

import codecs
import json
import os
import re
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import xlrd

from tests.fuzz.book_damage import ROW, STRING, is_archive, unpacked
from tests.fuzz.samples import Reading

_COMPOUND = b"\xd0\xcf\x11\xe0"  # of an XLS
_NUMBER = re.compile(rb'^<[^>]*?\br="(\d+)"')
_SHARED = re.compile(rb'(<(?:\w+:)?c\b[^>]*\bt="s"[^>]*>\s*<(?:\w+:)?v>)\s*(\d+)\s*(?=</)')


class Verdict(StrEnum):
    """What a change did, from best to worst."""

    SAME = "same rows"
    HELD = "held"
    NAMED = "missing rows named"
    ALTERED = "only what was altered"
    UNJUDGED = "accepted, not comparable"
    SILENT = "silently different"
    BROKEN = "crash or hang"


@dataclass(frozen=True)
class Touched:
    """What a change touched: rows that are no more as they were, rows that were not there, the rows above the data."""

    lost: int
    new: int
    heading: bool


def touched(original: bytes, changed: bytes, first: dict[str, int]) -> Touched | None:
    """Return which rows differ, found without any reader; None where rows cannot be seen in the bytes.

    Args:
        original: The bytes as they were.
        changed: The bytes after a change.
        first: Sheet → number of its first row of data, in the original.
    """
    top = min(first.values(), default=1)
    if original.lstrip()[:1] in (b"{", b"["):
        return _difference(_submissions(original), _submissions(changed), 0)
    if original.startswith(_COMPOUND):
        return _difference(_old_rows(original), _old_rows(changed), top - 1)
    if not is_archive(original):
        return _difference(_lines(original), _lines(changed), top - 1)
    if any(name.endswith(".bin") and "printer" not in name for name, _ in unpacked(original)):
        return None
    before, after = _rows(original), _rows(changed)
    lost, new = Counter(before) - Counter(after), Counter(after) - Counter(before)
    return Touched(lost.total(), new.total(), any(_number(row) < top for row in (*lost, *new)))


def _difference(before: list[bytes], after: list[bytes], above: int) -> Touched:
    lost, new = Counter(before) - Counter(after), Counter(after) - Counter(before)
    return Touched(lost.total(), new.total(), before[:above] != after[:above])


def _lines(data: bytes) -> list[bytes]:
    """Return the lines, those of UTF-16 as UTF-8; characters of either kind of line end are left out."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        data = data.decode("utf-16", "replace").encode("utf-8", "replace")
    return data.replace(b"\r\n", b"\n").rstrip(b"\n").split(b"\n")


def _old_rows(data: bytes) -> list[bytes]:
    """Return the rows of an XLS by another library than the reader's; none where it finds no workbook."""
    try:
        with Path(os.devnull).open("w") as log:
            book = xlrd.open_workbook(file_contents=data, logfile=log)
        return [repr(sheet.row(number)).encode() for sheet in book.sheets() for number in range(sheet.nrows)]
    except Exception:
        return []


def _submissions(data: bytes) -> list[bytes]:
    """Return each submission of a JSON file, keys that stand twice kept apart; none where it is no JSON."""
    try:
        pairs = dict(json.loads(data, object_pairs_hook=list))
    except (ValueError, TypeError):
        return []
    return [repr(found).encode() for found in pairs.get("submissions", ())]


def _rows(data: bytes) -> list[bytes]:
    """Return every row's XML of a workbook, shared texts in place of their numbers."""
    parts = dict(unpacked(data))
    texts = [m[0] for name, body in parts.items() if "sharedStrings" in name for m in STRING.finditer(body)]

    def resolved(match: re.Match[bytes]) -> bytes:
        number = int(match[2])
        return match[1] + (texts[number] if number < len(texts) else match[2])

    return [_SHARED.sub(resolved, match[0]) for body in parts.values() for match in ROW.finditer(body)]


def _number(row: bytes) -> int:
    match = _NUMBER.match(row)
    return int(match[1]) if match else 0


def judge(original: Reading, changed: Reading, strict: bool, touch: Touched | None, reach: int = 1) -> Verdict:
    """Return what a change did.

    Args:
        original: What becomes of the sample.
        changed: What becomes of the changed bytes.
        strict: The change damages the container or how the whole is written, and no text: no row may be new.
        touch: What an edit touched.
        reach: How many records a row may reach: one, but more where rows belong together, as those of a submission do.
    """
    if changed.held:
        return Verdict.HELD
    if original.held or (touch is None and not strict):
        return Verdict.UNJUDGED
    new, lost = (changed.records - original.records).total(), (original.records - changed.records).total()
    named = max(0, changed.unaccepted - original.unaccepted)
    if not new and not lost:
        return Verdict.SAME
    if not new and lost <= named:
        return Verdict.NAMED
    if strict or touch is None:
        return Verdict.SILENT
    freed = max(0, original.unaccepted - changed.unaccepted)  # a row refused because of a touched one may stand now
    told = touch.heading and changed.heading != original.heading
    # Where an edited submission takes the place of another, what is touched may let that one stand again.
    may_be_new = touch.new if reach == 1 else (touch.new + touch.lost) * reach
    within = new <= may_be_new + freed and lost <= touch.lost * reach + named
    return Verdict.ALTERED if told or within else Verdict.SILENT
