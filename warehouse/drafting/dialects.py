"""How a delimited sample is written: encoding, delimiter and quote, each with what speaks for it."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from warehouse.contract.properties import Dialect

_LOOKED_AT = 1 << 20  # bytes
_LINES = 500
_DELIMITERS = ",;\t|"
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class Sniffed(NamedTuple):
    """A dialect and what is doubtful about it."""

    dialect: Dialect
    doubts: tuple[str, ...]


def sniff(path: Path) -> Sniffed:
    """Return the dialect in which most lines have the same number of cells, more than one."""
    with path.open("rb") as file:
        data = file.read(_LOOKED_AT)
    encoding, doubts = _encoding(data)
    lines = data.decode(encoding, errors="replace").splitlines(keepends=True)[:_LINES]
    scores = {delimiter: _evenness(lines, delimiter) for delimiter in _DELIMITERS}
    best = max(scores, key=lambda delimiter: scores[delimiter])
    share, width = scores[best]
    if width < 2:
        best = ","
        doubts = (*doubts, "no delimiter divides the lines: one column was read")
    elif share < 0.9:
        doubts = (*doubts, f"only {share:.0%} of the lines have {width} cells by this delimiter")
    return Sniffed(Dialect(delimiter=best, encoding=encoding), doubts)


def _encoding(data: bytes) -> tuple[str, tuple[str, ...]]:
    for mark, name in _MARKS:
        if data.startswith(mark):
            return name, ()
    try:  # the bytes may be cut within a character, which a decoder that expects more takes
        codecs.getincrementaldecoder("utf-8")().decode(data)
    except UnicodeDecodeError as error:
        found = f"not UTF-8 (first at byte {error.start}); cp1252 reads anything: look at the accents"
        return "cp1252", (found,)
    return "utf-8", ()


def _evenness(lines: list[str], delimiter: str) -> tuple[float, int]:
    """Return the share of rows that have the most frequent number of cells above one, and that number."""
    rows = [row for row in csv.reader(io.StringIO("".join(lines), newline=""), delimiter=delimiter) if row]
    widths = Counter(len(row) for row in rows if len(row) > 1)
    if not widths:
        return 0.0, 1
    width, number = max(widths.items(), key=lambda item: (item[1], item[0]))
    return number / len(rows), width
