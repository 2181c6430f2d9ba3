"""Looks into a binary workbook (XLSB) by walking over the records of its sheets, as [MS-XLSB] 2 describes them.

A formula always carries a result there, an empty text where it was never computed. So formulas count as without a
result where no formula of the sheets that are read has any other.
"""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from warehouse.readers.grid import Region
from warehouse.readers.inspection.facts import Cell, SheetFacts, digits_shown, is_blank
from warehouse.readers.inspection.relations import sheet_members

_ROW, _COLUMNS, _MERGED, _SHEET, _STRING = 0, 60, 176, 156, 19  # kinds of records
_FORMAT, _STYLE, _STYLES_BEGIN, _STYLES_END = 44, 47, 617, 618
_BLANK, _SHARED, _TEXTS = 1, 7, (6, 8)
_ERRORS, _NUMBERS, _CELLS = (3, 11), (2, 5, 9), range(1, 12)
_FORMULAS, _TEXT_FORMULA = range(8, 12), 8
_BUILT_IN_GENERAL = 0


def inspect_xlsb(path: Path, sheets: Sequence[str]) -> dict[str, SheetFacts]:
    """Return the facts of the named sheets.

    Raises:
        struct.error, ValueError, LookupError: A record is cut off.
    """
    with zipfile.ZipFile(path) as archive:
        members = _sheet_members(archive)
        blank, digits = _blank_strings(archive), _digits(archive)
        read = {name: _Sheet(blank, digits).read(archive.read(members[name])) for name in sheets}
    if not any(sheet.has_result for sheet in read.values()):
        for sheet in read.values():
            sheet.facts.uncached = sheet.without_result
    return {name: sheet.facts for name, sheet in read.items()}


def _sheet_members(archive: zipfile.ZipFile) -> dict[str, str]:
    sheets = []
    for kind, body in _records(archive.read("xl/workbook.bin")):
        if kind == _SHEET:
            relation, end = _text(body, 8)
            name, _ = _text(body, end)
            sheets.append((name, relation))
    return sheet_members(archive, "xl/_rels/workbook.bin.rels", sheets)


def _blank_strings(archive: zipfile.ZipFile) -> frozenset[int]:
    if "xl/sharedStrings.bin" not in archive.namelist():
        return frozenset()
    strings = (body for kind, body in _records(archive.read("xl/sharedStrings.bin")) if kind == _STRING)
    return frozenset(place for place, body in enumerate(strings) if is_blank(_text(body, 1)[0]))


def _digits(archive: zipfile.ZipFile) -> list[int]:
    """Return by style to how many digits it fills numbers up with zeros."""
    if "xl/styles.bin" not in archive.namelist():
        return []
    formats: dict[int, int] = {_BUILT_IN_GENERAL: 0}
    styles, within = [], False
    for kind, body in _records(archive.read("xl/styles.bin")):
        if kind == _FORMAT:
            formats[struct.unpack_from("<H", body)[0]] = digits_shown(_text(body, 2)[0])
        elif kind in (_STYLES_BEGIN, _STYLES_END):
            within = kind == _STYLES_BEGIN
        elif kind == _STYLE and within:
            styles.append(formats.get(struct.unpack_from("<H", body, 2)[0], 0))
    return styles


class _Sheet:
    """The facts of one sheet, gathered record by record."""

    def __init__(self, blank: frozenset[int], digits: list[int]) -> None:
        self.blank, self.digits, self.facts = blank, digits, SheetFacts()
        self.row, self.row_has_value, self.row_is_hidden = -1, False, False
        self.filled: set[int] = set()
        self.without_result: list[Cell] = []  # formulas whose result is an empty text
        self.has_result = False  # some formula's is more

    def read(self, data: bytes) -> _Sheet:
        hidden: list[range] = []
        for kind, body in _records(data):
            if kind in _CELLS:
                self._cell(kind, body)
            elif kind == _ROW:
                self._end_row()
                self.row, self.row_is_hidden = struct.unpack_from("<I", body)[0], bool(body[11] & 0x10)
            elif kind == _COLUMNS and body[16] & 1:
                first, last = struct.unpack_from("<2I", body)
                hidden.append(range(first, last + 1))
            elif kind == _MERGED:
                top, bottom, left, right = struct.unpack_from("<4I", body)
                self.facts.merged.append(Region(top, left, bottom, right))
        self._end_row()
        self.facts.hidden_columns = sum(len(self.filled.intersection(columns)) for columns in hidden)
        return self

    def _cell(self, kind: int, body: bytes) -> None:
        column, style = struct.unpack_from("<2I", body)
        style &= 0xFFFFFF
        if kind in _FORMULAS:
            if kind == _TEXT_FORMULA and not _text(body, 8)[0]:
                self.without_result.append((self.row, column))
            else:
                self.has_result = True
        blank = kind == _BLANK or (kind in _TEXTS and is_blank(_text(body, 8)[0]))
        if blank or (kind == _SHARED and struct.unpack_from("<I", body, 8)[0] in self.blank):
            return
        self.row_has_value = True
        self.filled.add(column)
        if kind in _ERRORS:
            self.facts.errors.append((self.row, column))
        elif kind in _NUMBERS and style < len(self.digits) and self.digits[style]:
            self.facts.padded[self.row, column] = self.digits[style]

    def _end_row(self) -> None:
        self.facts.rows += self.row_has_value
        self.facts.hidden += self.row_has_value and self.row_is_hidden
        self.row_has_value = False


def _records(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield kind and body of each record; both its kind and its length are of as many bytes as they need."""
    place = 0
    while place < len(data):
        kind = data[place]
        if kind & 0x80:
            kind = kind & 0x7F | (data[place + 1] & 0x7F) << 7
            place += 1
        place, length = place + 1, 0
        for shift in range(0, 28, 7):
            byte = data[place]
            place += 1
            length |= (byte & 0x7F) << shift
            if byte < 0x80:
                break
        yield kind, data[place : place + length]
        place += length


def _text(body: bytes, place: int) -> tuple[str, int]:
    """Return a text and where it ends; one that is null is empty."""
    length = struct.unpack_from("<I", body, place)[0]
    if length == 0xFFFFFFFF:
        return "", place + 4
    end = place + 4 + 2 * length
    return body[place + 4 : end].decode("utf-16-le"), end
