"""Looks into an old binary workbook (XLS) through xlrd, which shares no code with the reader.

A formula always carries a result there; one that was never computed carries an empty text, as does one whose result
is empty. So formulas count as without a result where no formula of the whole workbook has any other.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator, Sequence
from pathlib import Path

import xlrd
from xlrd.compdoc import CompDoc

from warehouse.readers.grid import Region
from warehouse.readers.inspection.facts import Cell, SheetFacts, digits_shown, is_blank

_TEXT, _NUMBER, _ERROR = 1, 2, 5  # kinds of cells in xlrd
_EMPTY, _BLANK = 0, 6
_SHEET, _FORMULA, _BEGIN, _PROTECTED = 0x85, 0x06, 0x809, 0x2F  # kinds of records, [MS-XLS] 2.3
_CELL = struct.Struct("<3H8s")  # row, column, format, result
_NO_TEXT = b"\x03\xff\xff"  # first, seventh and eighth byte of a result that is an empty text


def is_protected(stream: bytes) -> bool:
    """True for a workbook's stream that is encrypted."""
    return any(kind == _PROTECTED for kind, _, _ in _records(stream[: 1 << 16]))


def workbook_stream(data: bytes) -> bytes | None:
    """Return the workbook in a compound file; None when none is in it.

    Raises:
        xlrd.compdoc.CompDocError, ValueError, LookupError, struct.error: The compound file is damaged.
    """
    compound = CompDoc(data, logfile=io.StringIO())
    return next((found for name in ("Workbook", "Book") if (found := compound.get_named_stream(name))), None)


def inspect_xls(path: Path, sheets: Sequence[str]) -> dict[str, SheetFacts]:
    """Return the facts of the named sheets.

    Raises:
        xlrd.XLRDError, ValueError: It is damaged.
    """
    data = path.read_bytes()
    book = xlrd.open_workbook(file_contents=data, formatting_info=True, logfile=io.StringIO())
    digits = [digits_shown(book.format_map[xf.format_key].format_str) for xf in book.xf_list]
    facts = {name: _facts(book.sheet_by_name(name), digits) for name in sheets}
    formulas = _formulas(workbook_stream(data) or b"")
    if not any(result for cells in formulas.values() for result in cells.values()):
        for name in sheets:
            facts[name].uncached = sorted(formulas.get(book.sheet_names().index(name), {}))
    return facts


def _facts(sheet: xlrd.sheet.Sheet, digits: Sequence[int]) -> SheetFacts:
    facts, filled = SheetFacts(), set[int]()
    for row in range(sheet.nrows):
        kinds, values = sheet.row_types(row), sheet.row_values(row)
        has_value = False
        for column, (kind, value) in enumerate(zip(kinds, values, strict=True)):
            if kind in (_EMPTY, _BLANK) or (kind == _TEXT and is_blank(value)):
                continue
            has_value = True
            filled.add(column)
            if kind == _ERROR:
                facts.errors.append((row, column))
            elif kind == _NUMBER and (width := digits[sheet.cell_xf_index(row, column)]):
                facts.padded[row, column] = width
        facts.rows += has_value
        facts.hidden += has_value and row in sheet.rowinfo_map and bool(sheet.rowinfo_map[row].hidden)
    facts.hidden_columns = sum(1 for c, info in sheet.colinfo_map.items() if info.hidden and c in filled)
    facts.merged = [Region(top, left, end - 1, right - 1) for top, end, left, right in sheet.merged_cells]
    return facts


def _formulas(stream: bytes) -> dict[int, dict[Cell, bool]]:
    """Return place of a sheet → cell of each formula → whether its result is more than an empty text."""
    starts: list[int] = []
    formulas: dict[int, dict[Cell, bool]] = {}
    current: dict[Cell, bool] = {}
    for kind, place, body in _records(stream):
        if kind == _SHEET:
            starts.append(struct.unpack_from("<I", body)[0])
        elif kind == _BEGIN and place in starts:
            current = formulas.setdefault(starts.index(place), {})
        elif kind == _FORMULA:
            row, column, _, result = _CELL.unpack_from(body)
            if result[6:8] == b"\xff\xff" and result[0] > 3:  # text, truth, error, empty text
                raise ValueError("a formula's result of no kind")
            current[row, column] = (result[:1] + result[6:8]) != _NO_TEXT
    if len(formulas) < len(starts):
        raise ValueError("a sheet that does not begin where the workbook says")
    return formulas


def _records(stream: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Yield kind, place and body of each record."""
    place = 0
    while place + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, place)
        yield kind, place, stream[place + 4 : place + 4 + length]
        place += 4 + length
