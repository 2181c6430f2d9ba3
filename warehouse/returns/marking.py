"""Marks refused cells in a workbook: the partner's own, or one made of its rows. Runs in the child only."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import openpyxl
from openpyxl import Workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from warehouse.contract.spelling import fold_text
from warehouse.readers.raw import REAL_DATE, RawFile, RawSheet
from warehouse.readers.returned import RETURNED_SHEETS, ROW_COLUMN, SHOWN_COLUMN
from warehouse.returns.contents import Contents, Mark
from warehouse.returns.style import (
    BOLD,
    CELL_COLOUR,
    REFUSED_CELL,
    REFUSED_ROW,
    ROW_COLOUR,
    is_ours,
    note,
    without_ours,
    write,
)

Places = dict[Mark, tuple[str, str]]  # sheet and cell of each mark
_COLOURS = frozenset({CELL_COLOUR, ROW_COLOUR})
_WIDEST = 60  # cells of a row that are coloured
_EARLIEST_YEAR = 1900  # in which spreadsheets count a day that never was; earlier days they do not know
_UNFIT_TITLE = re.compile(r"[\\*?:/\[\]]")
_Find = Callable[[Mark], tuple[Worksheet, int, int] | None]  # the sheet, and row and column from 1


def mark_own(received: Path, contents: Contents) -> tuple[Workbook, Places]:
    """Return the partner's own workbook with every refused cell marked; what an earlier pack marked is cleared.

    Raises:
        Exception: Of any kind, where openpyxl cannot read or keep what the workbook holds.
    """
    with received.open("rb") as file:  # by its name, which has no ending here, openpyxl would refuse it
        workbook = openpyxl.load_workbook(file, rich_text=True)
    # A mark names a sheet by its place in the file, where the sheets of an earlier pack count too.
    places, charts = enumerate(workbook.sheetnames, start=1), {chart.title for chart in workbook.chartsheets}
    numbers = {number: workbook[name] for number, name in places if name not in charts}
    for number, sheet in list(numbers.items()):
        if sheet.title in RETURNED_SHEETS:
            workbook.remove(numbers.pop(number))
        else:
            _clear(workbook, sheet)

    widths = {number: sheet.max_column for number, sheet in numbers.items()}  # each asks for every cell

    def find(mark: Mark) -> tuple[Worksheet, int, int] | None:
        # A column may have come from another sheet, or out of another column: the row is then all there is to mark.
        is_there = mark.position is not None and mark.position < widths[mark.sheet]
        return numbers[mark.sheet], mark.row, 1 + (mark.position or 0) if is_there else 1

    return workbook, _mark(contents, find)


def make(
    raw: RawFile, contents: Contents, refused_only: bool, most: int, may_return: bool = False
) -> tuple[Workbook, Places, int]:
    """Return a workbook made of a file's rows, marked, and how many rows stand in it.

    Its first header says of each sheet whether it may come back, mended, in place of the file.

    Args:
        raw: What the reader found in the file.
        contents: What to mark.
        refused_only: Leave out the rows without a mark.
        most: Rows at most.
        may_return: The rows of such a file say all that it says.
    """
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    made: dict[int, _Made] = {}
    marked: dict[int, set[int]] = defaultdict(set)
    for mark in (mark for fix in contents.fixes for mark in fix.marks):
        marked[mark.sheet].add(mark.row)
    left = most
    for sheet in raw.sheets:
        only = marked[sheet.number] if refused_only else None
        made[sheet.number] = _made(workbook, sheet, only, left)
        left -= len(made[sheet.number].rows)
        is_whole = may_return and only is None and made[sheet.number].is_faithful
        write(made[sheet.number].sheet.cell(1, 1), ROW_COLUMN if is_whole else SHOWN_COLUMN)

    def find(mark: Mark) -> tuple[Worksheet, int, int] | None:
        there = made[mark.sheet]
        row = 1 if mark.row == there.header_row else there.rows.get(mark.row)
        return (there.sheet, row, there.columns.get(mark.name, 1)) if row else None

    return workbook, _mark(contents, find), most - left


class _Made(NamedTuple):
    """A sheet of ours, the header's row in the file, and which row and column of ours each of the file's became.

    It is faithful when reading it gives the rows of the file again, with all that is doubtful about them.
    """

    sheet: Worksheet
    header_row: int
    rows: dict[int, int]
    columns: dict[str, int]
    is_faithful: bool


def _made(workbook: Workbook, raw: RawSheet, only: set[int] | None, most: int) -> _Made:
    """Make a sheet of some rows."""
    sheet = workbook.create_sheet(_UNFIT_TITLE.sub(" ", raw.name)[:31] or "Rows")
    headers = {name: raw.headers.get(name, name) for name in raw.rows.column_names if not name.startswith("#")}
    headers |= {f"#{number}": session.header for number, session in enumerate(raw.sessions)}
    for column, text in enumerate(("", *headers.values()), start=1):
        cell = sheet.cell(1, column)
        write(cell, text)
        cell.font = BOLD
        sheet.column_dimensions[get_column_letter(column)].width = 14 if column == 1 else 22
    is_faithful = sheet.title == (raw.name or "Rows") and len(set(map(fold_text, headers.values()))) == len(headers)
    is_faithful &= not (raw.ragged or raw.faults or raw.refused)
    rows: dict[int, int] = {}
    texts = [raw.rows.column(name).to_pylist() for name in headers]
    for place, number in enumerate(raw.row_numbers.to_pylist()):
        if (only is not None and number not in only) or len(rows) >= most:
            continue
        rows[number] = len(rows) + 2
        sheet.cell(rows[number], 1, number)
        for column, values in enumerate(texts, start=2):
            is_faithful &= _fill(sheet.cell(rows[number], column), values[place])
    sheet.freeze_panes = "B2"
    columns = {name: column for column, name in enumerate(headers, start=2)}
    return _Made(sheet, raw.header_row, rows, columns, is_faithful)


def _fill(cell: Cell | MergedCell, text: str) -> bool:
    """Write a text, or a real date of a workbook, so that it is read again as what it was; return whether it is."""
    if text.startswith(REAL_DATE):
        moment = dt.datetime.fromisoformat(text.removeprefix(REAL_DATE))
        if moment.year > _EARLIEST_YEAR:
            cell.value = moment if moment.time() != dt.time() else moment.date()
            return True
    cell.number_format = "@"  # what is typed there stays as it is typed: no 012 becomes 12, no 03/04 a date
    if text:
        write(cell, text.removeprefix(REAL_DATE))
    return not text or cell.value == text


def _clear(workbook: Workbook, sheet: Worksheet) -> None:
    """Take away what an earlier pack coloured and noted."""
    fills = enumerate(workbook._fills)  # type: ignore[attr-defined] # of all cells, each once
    ours = {place for place, fill in fills if isinstance(fill, PatternFill) and fill.start_color.rgb in _COLOURS}
    for cell in list(sheet._cells.values()):
        if cell.has_style and cell._style.fillId in ours:  # type: ignore[union-attr]
            cell.fill = PatternFill()
        if isinstance(cell, Cell) and cell.comment and is_ours(cell.comment.text):
            own = without_ours(cell.comment.text)
            cell.comment = Comment(own, cell.comment.author) if own else None


def _mark(contents: Contents, find: _Find) -> Places:
    """Colour and note every refused cell, and say where each mark stands now."""
    places: Places = {}
    at: dict[tuple[str, int, int], list[Mark]] = defaultdict(list)
    sheets: dict[str, Worksheet] = {}
    for mark in (mark for fix in contents.fixes for mark in fix.marks):
        if found := find(mark):
            sheet, row, column = found
            sheets[sheet.title] = sheet
            at[sheet.title, row, column].append(mark)
    widths = {title: min(sheet.max_column, _WIDEST) for title, sheet in sheets.items()}
    for (title, row, column), marks in at.items():
        cell = _top_left(sheets[title], row, column)
        whole_row = any(not mark.name for mark in marks)
        if whole_row:
            for other in range(1, widths[title] + 1):
                sheets[title].cell(row, other).fill = REFUSED_ROW
        cell.fill = REFUSED_CELL
        texts = [contents.texts[number] for number in dict.fromkeys(mark.text for mark in marks)]
        note(cell, texts, whole_row)
        _show(sheets[title], cell)
        places |= dict.fromkeys(marks, (title, cell.coordinate))
    return places


def _top_left(sheet: Worksheet, row: int, column: int) -> Cell:
    """Return the cell, or of merged ones the one that holds their value."""
    cell = sheet.cell(row, column)
    if isinstance(cell, MergedCell):
        merged = next(area for area in sheet.merged_cells.ranges if cell.coordinate in area)
        cell = sheet.cell(merged.min_row, merged.min_col)
    return cell  # type: ignore[return-value]


def _show(sheet: Worksheet, cell: Cell) -> None:
    """Let a marked cell be seen: nobody mends what is hidden."""
    sheet.sheet_state = "visible"
    sheet.row_dimensions[cell.row].hidden = False
    if sheet.column_dimensions[cell.column_letter].hidden:
        sheet.column_dimensions[cell.column_letter].hidden = False
