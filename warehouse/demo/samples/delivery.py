"""A file as a partner delivers it, and how its bytes are written the same way every time."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import xlsxwriter

CREATED = datetime(2024, 1, 1)  # XlsxWriter would write the present time


class Formula(NamedTuple):
    """A formula of a workbook with the result the spreadsheet stored; empty when it stored none."""

    text: str
    result: str


Cell = str | int | float | Formula


@dataclass(frozen=True)
class Delivery:
    """One delivered file."""

    partner: str
    name: str
    content: bytes


@dataclass(frozen=True)
class Sheet:
    """One sheet of a workbook.

    Attributes:
        name: Its tab.
        titles: Lines above the table, each merged over the table's width; an empty line stays empty.
        headers: The header row.
        rows: The rows below it.
        tail: Rows after a blank line: totals, signatures.
        bands: A row of merged cells above the header: (text, first column, last column).
    """

    name: str
    titles: Sequence[str]
    headers: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    tail: Sequence[Sequence[Cell]] = ()
    bands: Sequence[tuple[str, int, int]] = ()


def workbook(sheets: Iterable[Sheet]) -> bytes:
    """Return an XLSX workbook."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False})
    book.set_properties({"created": CREATED})
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    for sheet in sheets:
        _write(book.add_worksheet(sheet.name), sheet, bold)
    book.close()
    return target.getvalue()


def _write(page: xlsxwriter.worksheet.Worksheet, sheet: Sheet, bold: xlsxwriter.format.Format) -> None:
    row = 0
    for title in sheet.titles:
        if title:
            page.merge_range(row, 0, row, len(sheet.headers) - 1, title, bold)
        row += 1
    if sheet.bands:
        for text, first, last in sheet.bands:
            page.merge_range(row, first, row, last, text, bold)
        row += 1
    page.write_row(row, 0, sheet.headers, bold)
    for cells in [*sheet.rows, [], *sheet.tail]:
        row += 1
        for column, cell in enumerate(cells):
            if isinstance(cell, Formula):
                page.write_formula(row, column, cell.text, None, cell.result)
            elif cell != "":
                page.write(row, column, cell)


def stored(book: bytes) -> bytes:
    """Return the same workbook without compression, whose cut-off half is the same with every zlib."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as copy:
        for item in source.infolist():
            copy.writestr(zipfile.ZipInfo(item.filename), source.read(item))
    return target.getvalue()


def delimited(headers: Sequence[str], rows: Iterable[Sequence[Cell]], delimiter: str, bom: bool) -> bytes:
    """Return a CSV file in UTF-8 with lines ending in CR LF, as partners' programs write it."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(headers)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig" if bom else "utf-8")
