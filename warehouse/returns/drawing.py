"""Draws one pack in the child: the only place that opens a partner's workbook to write into it."""

from __future__ import annotations

import json
import tempfile
import zipfile
from pathlib import Path

from openpyxl import Workbook

from warehouse.contract.model import Table
from warehouse.ingest.messages import Phrase, label
from warehouse.readers import READERS
from warehouse.readers.returned import ROW_COLUMN
from warehouse.returns.contents import Contents, Mark
from warehouse.returns.marking import Places, make, mark_own
from warehouse.returns.sheets import add_sheets

WORKBOOK, DRAWN = "pack.xlsx", "drawn.json"
LARGEST_SHEETS = 160 << 20  # bytes of XML, inflated: about 300,000 rows of ten cells
MOST_CELLS = 3_000_000  # of a file that a workbook is made of
MOST_REFUSED = 20_000  # rows shown of a larger one


def draw(received: Path | None, table: Table | None, contents: Contents, small: bool, folder: Path) -> None:
    """Write `pack.xlsx`, and in `drawn.json` which kind of workbook it is.

    Args:
        received: The delivered file; None for a letter, which needs none of it.
        table: How it is read.
        contents: What the pack says.
        small: Show the refused rows only.
        folder: Where to.
    """
    tempfile.tempdir = str(folder)  # openpyxl writes each sheet there first; the child may write nowhere else
    if received is None or table is None:
        how = label("how_letter" if contents.outcome == "held" else "nothing")
        workbook, places, kind = Workbook(), dict[Mark, tuple[str, str]](), "letter"
        workbook.remove(workbook.worksheets[0])
    else:
        workbook, places, how, kind = _marked(received, table, contents, small)
    add_sheets(workbook, contents, places, how)
    workbook.save(folder / WORKBOOK)
    (folder / DRAWN).write_text(json.dumps({"kind": kind}), encoding="utf-8")


def _marked(received: Path, table: Table, contents: Contents, small: bool) -> tuple[Workbook, Places, Phrase, str]:
    if not small and _is_own(received):
        try:
            return *mark_own(received, contents), label("how_own"), "own"
        except Exception:  # noqa: S110 -- openpyxl reads less than calamine, and fails in ways of its own
            pass
    raw = READERS[table.options.format](received, table)
    cells = sum(sheet.rows.num_rows * sheet.rows.num_columns for sheet in raw.sheets)
    if not small and cells <= MOST_CELLS:
        workbook, places, _ = make(raw, contents, False, cells, table.may_return)
        is_whole = all(sheet.cell(1, 1).value == ROW_COLUMN for sheet in workbook.worksheets)
        return workbook, places, label("how_made" if is_whole else "how_shown"), "made"
    workbook, places, shown = make(raw, contents, True, MOST_REFUSED)
    every = len({(mark.sheet, mark.row) for fix in contents.fixes for mark in fix.marks})
    return workbook, places, label("how_refused", shown=shown, all=every), "refused"


def _is_own(received: Path) -> bool:
    """Return whether a file is an XLSX that is not too large to be opened whole."""
    if not zipfile.is_zipfile(received):
        return False
    with zipfile.ZipFile(received) as archive:
        names = archive.namelist()
        size = sum(one.file_size for one in archive.infolist() if one.filename.startswith("xl/worksheets/"))
    return "xl/workbook.xml" in names and size <= LARGEST_SHEETS
