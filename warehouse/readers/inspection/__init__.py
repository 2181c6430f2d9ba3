"""Looks into a workbook without the reader: rows, and what the reader does not tell of cells.

Nothing here shares code with the reader, which makes the row count the independent count of law 1. It also sees
cells that hold an error (#N/A) and formulas without a stored result, which would both come out blank; numbers that
are shown with leading zeros; hidden rows and columns; merged cells. One module for each format.

| format | rows, hidden, merged, zeros | errors | formulas without a result |
|---|---|---|---|
| `xlsx`, `ods` | expat over the sheet's XML | yes | yes, each cell |
| `xls` | xlrd | yes | only where no formula of the workbook has one |
| `xlsb` | a walk over the sheet's records | yes | only where no formula of its sheets has one |
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum
from pathlib import Path
from types import MappingProxyType

from warehouse.readers.inspection.facts import SheetFacts
from warehouse.readers.inspection.ods import inspect_ods
from warehouse.readers.inspection.xls import inspect_xls
from warehouse.readers.inspection.xlsb import inspect_xlsb
from warehouse.readers.inspection.xlsx import inspect_xlsx

__all__ = ["SheetFacts", "WorkbookKind", "inspect"]


class WorkbookKind(Enum):
    """The workbook formats that are read."""

    XLSX = "xlsx"
    XLSB = "xlsb"
    XLS = "xls"
    ODS = "ods"


_INSPECTORS: MappingProxyType[WorkbookKind, Callable[[Path, Sequence[str]], dict[str, SheetFacts]]] = MappingProxyType(
    {
        WorkbookKind.XLSX: inspect_xlsx,
        WorkbookKind.XLSB: inspect_xlsb,
        WorkbookKind.XLS: inspect_xls,
        WorkbookKind.ODS: inspect_ods,
    }
)


def inspect(path: Path, kind: WorkbookKind, sheets: Sequence[str]) -> dict[str, SheetFacts]:
    """Return the facts of the named sheets."""
    return _INSPECTORS[kind](path, sheets)
