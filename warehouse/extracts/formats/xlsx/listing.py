"""Disaggregation by one dimension: its codes go down, everything known of each figure goes across."""

from __future__ import annotations

from xlsxwriter import Workbook

from warehouse.extracts.formats.columns import DIMENSION_NAMES
from warehouse.extracts.formats.context import Context
from warehouse.extracts.formats.extract import Row
from warehouse.extracts.formats.xlsx.cells import Breakdown
from warehouse.extracts.formats.xlsx.page import Page
from warehouse.extracts.formats.xlsx.wording import counted_days, open_page, title_of
from warehouse.store.figures import WINDOWS

_FIELDS = (
    ("Figure", "value"),
    ("Numerator", "numerator"),
    ("Denominator", "denominator"),
    ("Not met", "not_met"),
    ("Undecided", "undecided"),
    ("Assessed before", "n_pre"),
    ("Assessed after", "n_post"),
    ("Assessed both times", "n_matched"),
)


def draw_list(book: Workbook, name: str, breakdown: Breakdown, context: Context) -> None:
    """Add the sheet; a field that no figure has anything for is left out."""
    (dimension,) = breakdown.dimensions
    fields = [f for f in _FIELDS if any(f[1] == "value" or _says(row, f[1]) for row in breakdown.rows)]
    windows = [w for w in WINDOWS if any(row["window"] == w for row in breakdown.rows)]
    page = open_page(
        book, name, context, [34.0] + [max(13.0, 36 / len(fields))] * len(fields) * len(windows), breakdown
    )
    first = page.row
    page.text(0, DIMENSION_NAMES[dimension], "heading", rows=2)
    for number, window in enumerate(windows):
        start = 1 + number * len(fields)
        page.row = first
        page.text(start, counted_days(context, window), "heading", start + len(fields) - 1)
        page.row = first + 1
        for place, (heading, _) in enumerate(fields):
            page.text(start + place, heading, "heading")
    page.sheet.set_row(first, 30)
    page.sheet.set_row(first + 1, 30)
    page.repeat(first, first + 1, 1)
    page.row = first + 2
    for indicator in breakdown.indicators:
        page.line(title_of(indicator), "block")
        for code in (None, *breakdown.codes(dimension, indicator["indicator"])):
            cells = {} if code is None else {dimension: code}
            label = "All" if code is None else context.label(dimension, code)
            page.text(0, label, "total_name" if code is None else "text")
            page.fit([(0, 0, label)])
            for number, window in enumerate(windows):
                figure = breakdown.figure(indicator["indicator"], window, cells)
                _draw_fields(page, 1 + number * len(fields), figure, fields, code is None)
            page.row += 1


def _draw_fields(page: Page, start: int, figure: Row | None, fields: list[tuple[str, str]], is_total: bool) -> None:
    for column, (_, field) in enumerate(fields, start):
        if field == "value":
            page.figure(column, figure, field, "total" if is_total else "figure")
        elif figure is None or not _says(figure, field):
            page.number(column, None, "")
        else:
            page.figure(column, figure, field)


def _says(figure: Row, field: str) -> bool:
    """Whether a field tells something: the numerator of a mere count is the count once more."""
    return figure[field] is not None and not (field == "numerator" and figure["denominator"] is None)
