"""Reads workbooks through calamine: every cell as text, real dates marked, nothing interpreted."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
import zlib
from pathlib import Path
from xml.parsers import expat

import python_calamine as calamine

from warehouse.contract.model import Table
from warehouse.contract.properties import TableProperties
from warehouse.readers.archives import check_archive
from warehouse.readers.faults import FileEmpty, FormatWrong, PasswordProtected, SheetUnknown
from warehouse.readers.grid import FaultyCell, Grid, Opened, Row
from warehouse.readers.inspection import SheetFacts, inspect
from warehouse.readers.layout import lay_out
from warehouse.readers.raw import REAL_DATE, RawFile

_OLE = b"\xd0\xcf\x11\xe0"
# What the libraries raise on a workbook that is cut off, altered or no workbook inside.
_DAMAGED = (
    *(calamine.CalamineError, zipfile.BadZipFile, zlib.error, expat.ExpatError),
    *(OSError, ValueError, LookupError, EOFError, RuntimeError),
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
    _check_magic(path)
    check_archive(path)
    try:
        workbook = calamine.CalamineWorkbook.from_path(str(path))
        names = _sheet_names(workbook, options)
        facts = inspect(path, names)
        grids = {name: _texts(workbook, name) for name in names}
    except calamine.PasswordError:
        raise _protected() from None
    except _DAMAGED as error:
        found = f"a damaged workbook ({type(error).__name__})"
        action = "open it in the spreadsheet program, save it again and send that"
        raise FormatWrong("the file", found, "a whole XLSX workbook", action) from None
    numbered = enumerate(workbook.sheet_names, start=1)
    sheets = tuple(
        _grid(workbook, number, name, grids[name], facts[name]) for number, name in numbered if name in grids
    )
    return Opened(sheets)


def _grid(workbook: calamine.CalamineWorkbook, number: int, name: str, rows: list[Row], facts: SheetFacts) -> Grid:
    rules = {"error_cell": facts.errors, "formula_without_result": facts.uncached}
    faults = tuple(FaultyCell(row - 1, position, rule) for rule, cells in rules.items() for row, position in cells)
    notes = ("it is hidden and was read",) if name in _hidden(workbook) else ()
    return Grid(name, number, rows, facts.rows, faults=faults, notes=notes)


def _check_magic(path: Path) -> None:
    with path.open("rb") as file:
        magic = file.read(4)
    if not magic:
        raise FileEmpty("the file", "0 bytes", "a workbook", "send the file again")
    if magic == _OLE:
        raise _protected()
    if magic[:2] != b"PK":
        raise FormatWrong("the file", "bytes that are no workbook", "XLSX", "send the workbook under its own extension")


def _protected() -> PasswordProtected:
    found = "an encrypted or an old binary workbook"
    return PasswordProtected("the file", found, "an XLSX without a password", "save it as XLSX without a password")


def _sheet_names(workbook: calamine.CalamineWorkbook, options: TableProperties) -> list[str]:
    wanted, names = re.compile(options.sheets), []
    ignored = re.compile(options.ignoredSheets) if options.ignoredSheets else None
    for number, sheet in enumerate(workbook.sheets_metadata, start=1):
        name = sheet.name
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


def _texts(workbook: calamine.CalamineWorkbook, name: str) -> list[Row]:
    rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
    return [[_text(cell) for cell in row] for row in rows]


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
