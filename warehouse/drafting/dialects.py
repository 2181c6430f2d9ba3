"""How a delimited sample is written, when no header is known by which a reading could be verified."""

from __future__ import annotations

import csv
import io
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from warehouse.contract.properties import Dialect
from warehouse.readers.charsets import possible

_LOOKED_AT = 1 << 20  # letters
_LINES = 500
_DELIMITERS = ",;\t|"
_MOST = 0.9  # share of rows with the same number of cells that leaves no doubt


class Sniffed(NamedTuple):
    """A dialect and what is doubtful about it."""

    dialect: Dialect
    doubts: tuple[str, ...]


def sniff(path: Path) -> Sniffed:
    """Return the dialect in which most lines have the same number of cells, more than one.

    Raises:
        EncodingWrong, FormatWrong: The bytes are no text.
    """
    texts = possible(path.read_bytes())
    encoding, text = next(iter(texts.items()))
    doubts = [f"{' and '.join(texts)} all read it: look at the accents"] if len(texts) > 1 else []
    lines = text.decode()[:_LOOKED_AT].splitlines(keepends=True)[:_LINES]
    scores = {delimiter: _evenness(lines, delimiter) for delimiter in _DELIMITERS}
    best = max(scores, key=lambda delimiter: scores[delimiter])
    share, width = scores[best]
    if width < 2:
        best = _DELIMITERS[0]
        doubts.append("no delimiter divides the lines: one column was read")
    elif share < _MOST:
        doubts.append(f"only {share:.0%} of the rows have {width} cells by this delimiter")
    return Sniffed(Dialect(delimiter=best, encoding=encoding), tuple(doubts))


def _evenness(lines: list[str], delimiter: str) -> tuple[float, int]:
    """Return the share of rows that have the most frequent number of cells above one, and that number."""
    rows = [row for row in csv.reader(io.StringIO("".join(lines), newline=""), delimiter=delimiter) if row]
    widths = Counter(len(row) for row in rows if len(row) > 1)
    if not widths:
        return 0.0, 1
    width, number = max(widths.items(), key=lambda item: (item[1], item[0]))
    return number / len(rows), width
