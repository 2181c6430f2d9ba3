"""One sheet and how it looks: styles, widths, heights, paper. What it says is for the modules beside this one."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from warehouse.extracts.formats.context import Context
from warehouse.extracts.formats.extract import Row
from warehouse.extracts.formats.marks import MARKS, NOBODY, cell_text

FONT = {"font_name": "Calibri", "font_size": 10}
_INK, _LINE, _SHADE, _BAND = "#1F3864", "#BFC7D5", "#DCE4F0", "#F4F6FA"
_ALARM = {"font_color": "#9C0006", "bg_color": "#FDE9E7"}
_CELL = {"valign": "vcenter", "border": 1, "border_color": _LINE, "indent": 1}
_WORDS, _MARK = {**_CELL, "text_wrap": True}, {**_CELL, "align": "right"}
_NUMBER = {**_MARK, "indent": 0}  # its format leaves the room: LibreOffice forgets the indent of some numbers
_STYLES: MappingProxyType[str, dict[str, Any]] = MappingProxyType(
    {
        "title": {"bold": True, "font_size": 16, "font_color": _INK},
        "subtitle": {"font_size": 11, "font_color": "#404040"},
        "warning": {"bold": True, "valign": "vcenter", **_ALARM},
        "section": {"bold": True, "font_size": 12, "font_color": _INK, "bottom": 2, "bottom_color": _INK},
        "heading": {
            **_CELL,
            "bold": True,
            "font_color": "#FFFFFF",
            "bg_color": _INK,
            "align": "center",
            "text_wrap": True,
            "indent": 0,
        },
        "block": {"bold": True, "font_color": _INK, "bg_color": _SHADE, "valign": "vcenter", "indent": 1},
        "text": _WORDS,
        "name": {**_WORDS, "bold": True},
        "again": {**_WORDS, "font_color": "#8A8A8A"},
        "alarm": {**_WORDS, **_ALARM},
        "plain": {"valign": "vcenter"},
        "free": {"text_wrap": True, "valign": "vcenter"},
        "figure": _NUMBER,
        "total": {**_NUMBER, "bold": True, "bg_color": _BAND},
        "total_name": {**_WORDS, "bold": True, "bg_color": _BAND},
        "figure_mark": {**_MARK, "font_color": "#6B6B6B"},
        "total_mark": {**_MARK, "font_color": "#6B6B6B", "bg_color": _BAND},
    }
)
WHOLE, TENTHS, PERCENT = "#,##0_0", "#,##0.0_0", "0.0%_0"  # _0: as much room as a digit takes
_NUMBERS: MappingProxyType[str, str] = MappingProxyType({"hours": TENTHS, "points": TENTHS, "percent": PERCENT})
_KHMER = re.compile("[\u1780-\u17ff]")
A4 = 9
_LETTERS = 1.0  # of bold text that surely fit where one digit does, in which widths are measured


class Page:
    """A sheet under construction; rows and columns count from 0.

    Args:
        book: The workbook.
        name: Of the sheet, at most 31 characters.
        context: For the header and footer of the printed page.
        widths: Of its columns, in characters.
    """

    def __init__(self, book: Workbook, name: str, context: Context, widths: Sequence[float]) -> None:
        self.sheet: Worksheet = book.add_worksheet(name)
        self.row = 0
        self._book, self._widths = book, widths
        self._formats: dict[tuple[str, str], Format] = {}
        for column, width in enumerate(widths):
            self.sheet.set_column(column, column, width)
        self._paper(context)

    def style(self, name: str, number_format: str = "") -> Format:
        """Return a style, made once per sheet."""
        key = (name, number_format)
        if key not in self._formats:
            number = {"num_format": number_format} if number_format else {}
            self._formats[key] = self._book.add_format({**FONT, **_STYLES[name], **number})
        return self._formats[key]

    def text(self, column: int, text: str, style: str = "text", last: int | None = None, rows: int = 1) -> None:
        """Write text into the current row, over the columns to `last` and over `rows` rows."""
        last = column if last is None else last
        if last > column or rows > 1:
            below = self.row + rows - 1
            self.sheet.merge_range(self.row, column, below, last, "", self.style(style))
        self.sheet.write_string(self.row, column, cell_text(text), self.style(style))

    def line(self, text: str, style: str) -> None:
        """Write a line over the whole width and go to the next row; it runs over cells without borders."""
        if style in ("block", "section", "warning"):
            for column in range(1, len(self._widths)):
                self.sheet.write_blank(self.row, column, None, self.style(style))
        self.text(0, text, style)
        self.sheet.set_row(self.row, {"title": 24, "subtitle": 16}.get(style, 17))
        self.row += 1

    def paragraph(self, text: str) -> None:
        """Write wrapped text over the whole width and go to the next row."""
        last = len(self._widths) - 1
        self.text(0, text, "free", last)
        self.fit([(0, last, text)])
        self.row += 1

    def number(self, column: int, value: Decimal | float | None, number_format: str, style: str = "figure") -> None:
        """Write a number, or an empty cell for None; a percentage is given in hundredths."""
        if value is None:
            self.sheet.write_blank(self.row, column, None, self.style(style))
            return
        shown = float(value) / 100 if "%" in number_format else float(value)
        self.sheet.write_number(self.row, column, shown, self.style(style, number_format))

    def figure(self, column: int, figure: Row | None, field: str = "value", style: str = "figure") -> None:
        """Write a field of a figure, or the mark that says why there is no number."""
        if figure is None:
            self.text(column, NOBODY.sign, f"{style}_mark")
        elif figure[field] is None and (mark := MARKS.get(figure["status"])):
            self.text(column, mark.sign, f"{style}_mark")
        else:
            self.number(column, figure[field], format_of(figure, field), style)

    def fit(self, spans: Sequence[tuple[int, int, str]]) -> None:
        """Make the current row as high as its wrapped texts need: first column, last column, text."""
        self.sheet.set_row(self.row, max((self._height(*span) for span in spans), default=15))

    def repeat(self, first: int, last: int, columns: int = 0) -> None:
        """Repeat header rows on every printed page, and keep them and some columns in sight on the screen."""
        self.sheet.repeat_rows(first, last)
        self.sheet.freeze_panes(last + 1, columns)

    def _height(self, first: int, last: int, text: str) -> float:
        width = sum(self._widths[first : last + 1])
        lines = sum(max(1, math.ceil(len(part) / (width * _LETTERS))) for part in text.split("\n"))
        return max(16.5, lines * (17.5 if _KHMER.search(text) else 13.2) + 3)

    def _paper(self, context: Context) -> None:
        sheet = self.sheet
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.65)
        sheet.hide_gridlines(2)
        name = _said(context.agreement.name, 90)  # a header holds 255 characters, and each ampersand is two
        sheet.set_header(f"&L&8 {name}&R&8 {_said(context.period.id)}, issue {context.issue}")
        sheet.set_footer(f"&L&8 Version {_said(context.version)}&C&8 &A&R&8 Page &P of &N")


def format_of(figure: Row, field: str = "value") -> str:
    """Return the number format of a field of a figure."""
    if field == "share_of_target":
        return PERCENT
    counts = figure["counts"]
    if field in ("value", "baseline", "target", "strict", "lenient"):
        return _NUMBERS.get(counts, WHOLE)
    return TENTHS if counts in ("hours", "points") and field in ("numerator", "denominator") else WHOLE


def _said(text: str, longest: int = 30) -> str:
    """Return text for a page header, in which an ampersand begins a code."""
    return cell_text(text)[:longest].replace("\n", " ").replace("&", "&&")
