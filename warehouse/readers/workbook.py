"""Reads workbooks (XLSX, XLSB, XLS, ODS) through calamine: every cell as text, real dates marked, nothing interpreted.

The bytes say which of them it is, whatever the file's name ends in.
"""

from __future__ import annotations

import datetime as dt
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from xml.parsers import expat

import python_calamine as calamine
from xlrd.biffh import XLRDError
from xlrd.compdoc import CompDocError

from warehouse.contract.model import Table
from warehouse.contract.properties import TableProperties
from warehouse.readers.archives import check_archive
from warehouse.readers.faults import FileEmpty, FormatWrong, PasswordProtected, SheetUnknown
from warehouse.readers.fonts import is_written_in_latin
from warehouse.readers.grid import FaultyCell, Grid, Opened, Row
from warehouse.readers.inspection import SheetFacts, WorkbookKind, inspect
from warehouse.readers.inspection.facts import Cell
from warehouse.readers.inspection.xls import is_protected, workbook_stream
from warehouse.readers.layout import lay_out
from warehouse.readers.raw import REAL_DATE, RawFile
from warehouse.readers.returned import RETURNED_SHEETS

_ZIP, _OLE = b"PK", b"\xd0\xcf\x11\xe0"
_MEMBERS = {"xl/workbook.xml": WorkbookKind.XLSX, "xl/workbook.bin": WorkbookKind.XLSB, "content.xml": WorkbookKind.ODS}
_PROMISED = "a workbook: XLSX, XLSB, XLS or ODS"
# What the libraries raise on a workbook that is cut off, altered or no workbook inside.
_DAMAGED = (
    *(calamine.CalamineError, zipfile.BadZipFile, zlib.error, expat.ExpatError),
    *(OSError, ValueError, LookupError, EOFError, RuntimeError, AssertionError, TypeError, struct.error),
    *(XLRDError, CompDocError),
)


def read_workbook(path: Path, table: Table) -> RawFile:
    """Return the rows of all sheets the contract reads.

    Raises:
        FileHeld: One of `warehouse.readers.faults`, when the file is not what the contract promises.
    """
    return lay_out(open_workbook(path, table.options), table)


def open_workbook(path: Path, options: TableProperties) -> Opened:
    """Return all rows of the sheets that are read, wherever the table stands in them.

    Raises:
        FileHeld: It is no whole workbook, or its sheets are others.
    """
    try:
        kind = _kind(path)
        workbook = calamine.CalamineWorkbook.from_path(str(path))
        names = _sheet_names(workbook, options)
        facts = inspect(path, kind, names)
        cells = {name: workbook.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in names}
    except calamine.PasswordError:
        raise _protected() from None
    except _DAMAGED as error:
        found = f"a damaged workbook ({type(error).__name__})"
        action = "open it in the spreadsheet program, save it again and send that"
        raise FormatWrong("the file", found, "a whole workbook", action) from None
    numbered = enumerate(workbook.sheet_names, start=1)
    sheets = tuple(
        _grid(workbook, number, name, cells[name], facts[name]) for number, name in numbered if name in cells
    )
    return Opened(sheets)


def _grid(
    workbook: calamine.CalamineWorkbook, number: int, name: str, cells: Sequence[Sequence[object]], facts: SheetFacts
) -> Grid:
    rules = {"error_cell": facts.errors, "formula_without_result": facts.uncached}
    rules |= {"zeros_lost": list(_zeros_lost(cells, facts.padded))}
    rules |= {"legacy_font": [place for place in facts.legacy if _is_latin(cells, place)]}
    faults = [FaultyCell(row, position, rule) for rule, cells in rules.items() for row, position in cells]
    notes = ["it is hidden and was read"] if name in _hidden(workbook) else []
    if facts.hidden or facts.hidden_columns:
        notes.append(f"{facts.hidden} hidden row(s) and {facts.hidden_columns} hidden column(s) were read")
    return Grid(
        name,
        number,
        _texts(cells, facts.padded),
        facts.rows,
        faults=tuple(faults),
        merged=tuple(facts.merged),
        notes=tuple(notes),
    )


def _is_latin(cells: Sequence[Sequence[object]], place: Cell) -> bool:
    text = cells[place[0]][place[1]]
    return isinstance(text, str) and is_written_in_latin(text)


def _kind(path: Path) -> WorkbookKind:
    """Return what the bytes are.

    Raises:
        FileEmpty, FormatWrong, FileTooLarge, PasswordProtected: They are no workbook that can be read.
    """
    with path.open("rb") as file:
        magic = file.read(4)
    if not magic:
        raise FileEmpty("the file", "0 bytes", "a workbook", "send the file again")
    if magic == _OLE:
        return _old_kind(path.read_bytes())
    if not magic.startswith(_ZIP):
        raise FormatWrong(
            "the file", "bytes that are no workbook", _PROMISED, "send the workbook itself, or text as delimited text"
        )
    check_archive(path)
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        if "content.xml" in names and b":encryption-data" in archive.read("META-INF/manifest.xml"):
            raise _protected()
    for member, kind in _MEMBERS.items():
        if member in names:
            return kind
    raise FormatWrong("the file", "an archive that holds no workbook", _PROMISED, "send the workbook itself")


def _old_kind(data: bytes) -> WorkbookKind:
    """Return the kind of a compound file: an old workbook, or what a password made of a newer one."""
    holds_workbook, holds_encrypted = (name.encode("utf-16-le") in data for name in ("Workbook", "EncryptedPackage"))
    if holds_encrypted and not holds_workbook:
        raise _protected()
    stream = workbook_stream(data)
    if stream and is_protected(stream):
        raise _protected()
    if not stream:
        action = "save it as a workbook and send that"
        raise FormatWrong("the file", "a compound file that holds no workbook", _PROMISED, action)
    return WorkbookKind.XLS


def _protected() -> PasswordProtected:
    found = "an encrypted workbook"
    return PasswordProtected("the file", found, "a workbook without a password", "save it without a password")


def _sheet_names(workbook: calamine.CalamineWorkbook, options: TableProperties) -> list[str]:
    wanted, names = re.compile(options.sheets), []
    ignored = re.compile(options.ignoredSheets) if options.ignoredSheets else None
    for number, sheet in enumerate(workbook.sheets_metadata, start=1):
        name = sheet.name
        if name in RETURNED_SHEETS:
            continue
        if sheet.typ != calamine.SheetTypeEnum.WorkSheet or (ignored and ignored.fullmatch(name.strip())):
            continue  # a chart holds no cells
        if not wanted.fullmatch(name.strip()):
            kind = "hidden, " if name in _hidden(workbook) else ""
            expected = f"sheets like {options.sheets}"
            raise SheetUnknown(
                "the workbook", f"sheet {number}, {kind}of another name", expected, "rename or remove that sheet"
            )
        names.append(name)
    if not names:
        expected = f"a sheet like {options.sheets}"
        raise SheetUnknown("the workbook", "no sheet that is read", expected, "put the table on a sheet of that name")
    return names


def _hidden(workbook: calamine.CalamineWorkbook) -> frozenset[str]:
    visible = calamine.SheetVisibleEnum.Visible
    return frozenset(sheet.name for sheet in workbook.sheets_metadata if sheet.visible != visible)


def _texts(cells: Sequence[Sequence[object]], padded: Mapping[Cell, int]) -> Sequence[Row]:
    """Return the cells as text; a number that is shown with leading zeros has them, as the partner sees it."""
    rows = [[_text(cell) for cell in row] for row in cells]
    for (row, column), digits in padded.items():
        if rows[row][column].isdigit():
            rows[row][column] = rows[row][column].zfill(digits)
    return rows


def _zeros_lost(cells: Sequence[Sequence[object]], padded: Mapping[Cell, int]) -> Iterator[Cell]:
    """Yield the numbers of a column whose other cells are texts with leading zeros, and longer.

    Typed into such a column, 0123 became the number 123, and nobody can tell that from 123.
    """
    for column in range(len(cells[0]) if cells else 0):
        values = [row[column] for row in cells]
        longest = max((len(v) for v in values if isinstance(v, str) and v[:1] == "0" and v.isdigit()), default=0)
        if longest > 1:
            for row, value in enumerate(values):
                number = _text(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""
                if number.isdigit() and len(number) < longest and (row, column) not in padded:
                    yield row, column


def _text(cell: object) -> str:
    """Return a cell as text: whole numbers without a point, real dates marked."""
    if isinstance(cell, str):
        return cell.replace(REAL_DATE, " ")  # the mark is ours alone
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, dt.datetime):
        return REAL_DATE + (cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat())
    if isinstance(cell, dt.date):
        return REAL_DATE + cell.isoformat()
    return str(cell)
