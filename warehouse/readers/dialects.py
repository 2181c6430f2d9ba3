"""Settles how a delimited file is written: as its contract says, or, where that says `detect`, by trying.

A detected dialect is verified: of all encodings and delimiters that may be, the one by which the contract's headers
are found and every record has the header's width. Where two readings are left, the file is held and both are told.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from warehouse.contract.model import Table
from warehouse.contract.properties import Dialect
from warehouse.contract.texts import DETECT
from warehouse.readers.charsets import decoded, possible
from warehouse.readers.faults import ReadingUncertain
from warehouse.readers.grid import Row
from warehouse.readers.header import SEARCHED_BELOW, headers_named
from warehouse.readers.lines import settle_line_ends

_DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
_HEAD = 1 << 18  # bytes in which the header is looked for
_SEPARATOR_LINE = re.compile(rb'"?sep=([!-/:-@\[-`{-~\t])"?(?:\r\n|\r|\n)', re.IGNORECASE)  # as Excel writes and obeys


@dataclass(frozen=True)
class Reading:
    """One way to read a file: its text in UTF-8, its dialect, and what is worth telling."""

    text: bytes
    dialect: Dialect
    notes: tuple[str, ...] = ()

    def rows(self, most_bytes: int | None = None) -> list[Row]:
        """Return the records, read leniently: this is for comparing readings; none where they cannot be read."""
        text = io.StringIO(self.text[:most_bytes].decode(errors="ignore"), newline="")
        try:
            return list(csv.reader(text, delimiter=self.dialect.delimiter, quotechar=self.dialect.quote))
        except csv.Error:  # a cell longer than any is
            return []

    @cached_property
    def head(self) -> list[Row]:
        """The first records."""
        return self.rows(_HEAD)[: 200 + SEARCHED_BELOW]

    @property
    def name(self) -> str:
        """The dialect in words."""
        separator = _DELIMITERS.get(self.dialect.delimiter, repr(self.dialect.delimiter))
        return f"{self.dialect.encoding} with {separator}"


def settle_dialect(data: bytes, declared: Dialect, table: Table | None) -> Reading:
    """Return the one certain reading of a file's bytes.

    Args:
        data: The bytes.
        declared: What the contract says, `detect` where it leaves that to the file.
        table: The contract's table, whose headers decide; None where there is none yet.

    Raises:
        ReadingUncertain: Two readings are left.
        EncodingWrong, FormatWrong, QuotingBroken: It is no text, or not in what was declared.
    """
    detected = DETECT in (declared.encoding, declared.delimiter)
    texts = possible(data) if declared.encoding == DETECT else {declared.encoding: decoded(data, declared.encoding)}
    readings = [
        reading
        for encoding, text in texts.items()
        for reading in _readings(text, declared.model_copy(update={"encoding": encoding}))
    ]
    chosen = readings[0] if len(readings) == 1 else _chosen(readings, table)
    notes = (f"read as {chosen.name}, as detected",) if detected else ()
    return replace(chosen, notes=(*notes, *chosen.notes))


def _readings(text: bytes, dialect: Dialect) -> list[Reading]:
    """Return the readings of a text by the delimiters it may have."""
    line = _SEPARATOR_LINE.match(text)
    told: tuple[str, ...] = ()
    delimiters = list(_DELIMITERS) if dialect.delimiter == DETECT else [dialect.delimiter]
    if line:
        named = line[1].decode()
        if dialect.delimiter not in (DETECT, named):
            ways = (Reading(b"", dialect.model_copy(update={"delimiter": d})).name for d in (named, dialect.delimiter))
            found = "{}, by its own first line; {}, by the contract".format(*ways)
            raise ReadingUncertain("the file", found, "one reading", "export it as the contract says")
        delimiters, text = [named], text[line.end() :]
        told = ("the first line only names the delimiter; rows are counted from the next",)
    text, notes = settle_line_ends(text, dialect.quote.encode())
    return [Reading(text, dialect.model_copy(update={"delimiter": d}), (*told, *notes)) for d in delimiters]


def _chosen(readings: Sequence[Reading], table: Table | None) -> Reading:
    """Return the reading that the header, then the width of all records, leaves as the only one."""
    named = [headers_named(reading.head, table) if table else _evenness(reading.head) for reading in readings]
    left = [reading for reading, number in zip(readings, named, strict=True) if number == max(named)]
    if len(left) > 1:
        left = _different(left)
    if len(left) > 1:
        left = [reading for reading in left if _evenness(reading.rows())] or left
    if len(left) > 1 and max(named):
        found = "; or ".join(_told(reading, table) for reading in left)
        raise ReadingUncertain("the file", found, "one reading", "save it as 'CSV UTF-8', or name the dialect")
    return left[0]  # by no header at all, any reading tells what is missing


def _different(readings: Sequence[Reading]) -> list[Reading]:
    """Return the readings that differ in some cell."""
    kept: list[tuple[Reading, list[Row]]] = []
    for reading in readings:
        rows = reading.rows()
        if all(rows != others for _, others in kept):
            kept.append((reading, rows))
    return [reading for reading, _ in kept]


def _evenness(rows: Sequence[Row]) -> int:
    """Return how many cells every record has; 0 where they differ or have but one."""
    widths = {len(row) for row in rows if row}
    return min(widths) if len(widths) == 1 and widths != {1} else 0


def _told(reading: Reading, table: Table | None) -> str:
    """Return a reading's structure, never a cell of it."""
    rows = [row for row in reading.rows() if row]
    headers = f", {headers_named(reading.head, table)} headers of the contract" if table else ""
    return f"{reading.name}: {len(rows)} rows of up to {max(map(len, rows), default=0)} columns{headers}"
