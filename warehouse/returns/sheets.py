"""The pack's own two sheets: the fixes by how much they matter, and the summary. Runs in the child only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from warehouse.ingest.messages import Phrase, label
from warehouse.readers.returned import FIXES_SHEET, SUMMARY_SHEET
from warehouse.returns.contents import Contents, Fix, Reason, Since, Total
from warehouse.returns.marking import Places
from warehouse.returns.style import (
    BOLD,
    HEADING,
    HEADING_FONT,
    LINE,
    LINK_FONT,
    PLAIN,
    QUIET_FONT,
    TITLE_FONT,
    WRAPPED,
    both,
    lines,
    write,
)

_LINE = 16  # points: Khmer letters stand higher than Latin ones
EXAMPLES = 4  # cells of each fix that are linked
_COLUMNS = {
    **{"number": 6, "column": 24, "problem": 44, "expected": 36, "action": 44},
    **{"rows": 12, "officers": 12, "alone": 14},
}
_NUMBERS = ("received", "accepted", "refused", "repeated", "set_aside")


def add_sheets(workbook: Workbook, contents: Contents, places: Places, how: Phrase) -> None:
    """Put the two sheets before all others.

    Args:
        workbook: Which one.
        contents: What they say.
        places: Where the marks stand.
        how: What the partner is to do with the workbook.
    """
    if not contents.is_letter:
        _fixes(workbook.create_sheet(FIXES_SHEET, 0), contents, places, how)
    _summary(workbook.create_sheet(SUMMARY_SHEET, 0 if contents.is_letter else 1), contents, how)
    for sheet in workbook.worksheets:
        sheet.sheet_view.tabSelected = False
    workbook.active = 0


def _fixes(sheet: Worksheet, contents: Contents, places: Places, how: Phrase) -> None:
    width = len(_COLUMNS) + EXAMPLES
    _title(sheet, label("fixes_title", file=contents.file), how, contents, width)
    for column, (name, size) in enumerate(_COLUMNS.items(), start=1):
        sheet.column_dimensions[get_column_letter(column)].width = size
        _heading(sheet, 5, column, label(name))
    for column in range(len(_COLUMNS) + 1, width + 1):
        sheet.column_dimensions[get_column_letter(column)].width = 22
        _heading(sheet, 5, column, label("examples") if column == len(_COLUMNS) + 1 else Phrase("", ""))
    _grow(sheet, 5)
    for number, fix in enumerate(contents.fixes, start=1):
        _fix(sheet, 5 + number, number, fix, places)
    sheet.freeze_panes = "A6"
    _page(sheet)


def _fix(sheet: Worksheet, row: int, number: int, fix: Fix, places: Places) -> None:
    english, khmer = fix.text.english, fix.text.khmer
    many = label("columns", count=len(fix.headers), first=fix.headers[0]) if len(fix.headers) > 1 else None
    column = both(many) if many else fix.headers[0] if fix.headers else both(label("whole_row"))
    said: list[object] = [
        number,
        column,
        _lines(f"{fix.text.code}: {english.found}", khmer.found),
        _lines(english.expected, khmer.expected),
        _lines(english.action, khmer.action),
        fix.rows,
        "" if fix.people is None else fix.people,
        fix.alone,
    ]
    for place, value in enumerate(said, start=1):
        _text(sheet, row, place, value)
        sheet.cell(row, place).border = LINE
    cells = list(dict.fromkeys(places[mark] for mark in fix.marks if mark in places))[:EXAMPLES]
    for place, (title, coordinate) in enumerate(cells, start=len(said) + 1):
        _text(sheet, row, place, f"{title}: {coordinate}", LINK_FONT)
        quoted = title.replace("'", "''")
        cell = sheet.cell(row, place)
        cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{quoted}'!{coordinate}")
        cell.border = LINE
    _grow(sheet, row)


def _summary(sheet: Worksheet, contents: Contents, how: Phrase) -> None:
    _title(sheet, label("summary_title", file=contents.file), how, contents, 6)
    for column, size in enumerate((62, 24, 18, 18, 18, 28), start=1):
        sheet.column_dimensions[get_column_letter(column)].width = size
    row = _pair(sheet, 5, label("outcome"), both(label(f"{contents.outcome}_file"))) + 1
    if contents.reason:
        row = _reason(sheet, row, contents.reason) + 1
    if contents.rows:
        row = _section(sheet, row, label("counts"))
        for name in _NUMBERS:
            row = _pair(sheet, row, label(name), contents.rows[name])
        for name, number in (("waiting", contents.waiting), ("foreseen", contents.foreseen)):
            row = _pair(sheet, row, label(name), number) if number else row
        row += 1
    if contents.since:
        row = _since(sheet, row, contents.since) + 1
    if contents.totals:
        row = _totals(sheet, row, contents.totals) + 1
    _page(sheet)


def _reason(sheet: Worksheet, row: int, reason: Reason) -> int:
    row = _section(sheet, row, label("reason"))
    row = _pair(sheet, row, label("code"), reason.code)
    row = _pair(sheet, row, label("problem"), _lines(reason.english.found, reason.khmer.found))
    for name, said in (("found", reason.found), ("expected", reason.expected)):
        row = _pair(sheet, row, label(name), said) if said else row
    return _pair(sheet, row, label("action"), _lines(reason.english.action, reason.khmer.action))


def _since(sheet: Worksheet, row: int, since: Since) -> int:
    row = _section(sheet, row, label("since", file=since.file))
    if not since.comparable:
        return _pair(sheet, row, label("not_comparable"), "")
    if since.held:
        return _pair(sheet, row, label("opened", code=since.held), "")
    for name in ("mended", "new", "still", "left_out"):
        row = _pair(sheet, row, label(name), getattr(since, name))
    return row


def _totals(sheet: Worksheet, row: int, totals: Sequence[Total]) -> int:
    row = _section(sheet, row, label("totals"))
    for column, name in enumerate(("total", "where", "claimed", "counted", "counted_accepted", "outcome"), start=1):
        _heading(sheet, row, column, label(name))
    _grow(sheet, row)
    for total in totals:
        row += 1
        said = [
            both(label(f"of_{total.what}", header=total.header)),
            both(label("place", sheet=total.sheet, row=total.row)),
            float(total.claimed),
            float(total.counted),
            float(total.counted_accepted),
            both(label("agrees" if total.agrees else "differs")),
        ]
        for column, value in enumerate(said, start=1):
            _text(sheet, row, column, value, PLAIN if total.agrees else BOLD)
        _grow(sheet, row)
    return row + 1


def _title(sheet: Worksheet, title: Phrase, how: Phrase, contents: Contents, width: int) -> None:
    said = [(both(title), TITLE_FONT), (both(how), PLAIN)]
    said += [] if contents.khmer_reviewed else [(both(label("unreviewed")), QUIET_FONT)]
    if contents.reason:
        held, reason = label("held_file"), contents.reason
        english, khmer = f"{held.english} – {reason.english.found}", f"{held.khmer} – {reason.khmer.found}"
        said.append((both(Phrase(f"{reason.code}: {english}", khmer)), BOLD))
    for row, (text, font) in enumerate(said, start=1):
        _text(sheet, row, 1, text, font)
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=min(width, 6))
        sheet.row_dimensions[row].height = (_LINE + 4) * lines(text, 140) + 4


def _section(sheet: Worksheet, row: int, heading: Phrase) -> int:
    _text(sheet, row, 1, both(heading), BOLD)
    for column in range(1, 7):
        sheet.cell(row, column).border = LINE
    _grow(sheet, row)
    return row + 1


def _pair(sheet: Worksheet, row: int, name: Phrase, value: object) -> int:
    _text(sheet, row, 1, both(name))
    _text(sheet, row, 2, value)
    if isinstance(value, str):
        sheet.merge_cells(start_row=row, start_column=2, end_row=row, end_column=6)
    _grow(sheet, row, {2: 90} if isinstance(value, str) else {})
    return row + 1


def _heading(sheet: Worksheet, row: int, column: int, name: Phrase) -> None:
    _text(sheet, row, column, both(name), HEADING_FONT)
    sheet.cell(row, column).fill = HEADING


def _text(sheet: Worksheet, row: int, column: int, value: object, font: Font = PLAIN) -> None:
    cell = sheet.cell(row, column)
    write(cell, value)
    cell.alignment, cell.font = WRAPPED, font


def _grow(sheet: Worksheet, row: int, widths: Mapping[int, float] = MappingProxyType({})) -> None:
    """Make a row as high as its texts need; not every program does so by itself, and none for merged cells.

    Args:
        sheet: Whose row.
        row: Which one.
        widths: Of columns whose cell is merged with others.
    """
    needed = [
        lines(str(cell.value), widths.get(cell.column) or sheet.column_dimensions[get_column_letter(cell.column)].width)
        for cell in sheet[row]
        if cell.value is not None
    ]
    sheet.row_dimensions[row].height = _LINE * max(needed, default=1) + 4


def _lines(*texts: str) -> str:
    return "\n".join(text for text in texts if text)


def _page(sheet: Worksheet) -> None:
    sheet.page_setup.orientation, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = "landscape", 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.sheet_view.showGridLines = False
