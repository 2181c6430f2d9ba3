"""Words that more than one sheet says in the same way."""

from __future__ import annotations

from datetime import date

from xlsxwriter import Workbook

from warehouse.extracts.formats.columns import DIMENSION_NAMES, WINDOW_NAMES
from warehouse.extracts.formats.context import Context
from warehouse.extracts.formats.extract import Row
from warehouse.extracts.formats.marks import MARKS, NOBODY
from warehouse.extracts.formats.xlsx.cells import Breakdown
from warehouse.extracts.formats.xlsx.page import Page


def day(value: date) -> str:
    """Return a day as people read it: 5 April 2013."""
    return f"{value:%-d %B %Y}"


def subtitle(context: Context) -> str:
    """Return whose extract this is, for which period, and which issue."""
    period = context.period
    return (
        f"{context.agreement.funder}  ·  {period.id}: {day(period.starts_on)} to {day(period.ends_on)}  ·  "
        f"issue {context.issue}  ·  figures as of {day(context.as_of)}"
    )


def counted_days(context: Context, window: str) -> str:
    """Return which days a window spans, for a heading."""
    period = context.period
    first = period.starts_on if window == "period" else context.terms.cumulative_from
    name = period.id if window == "period" else WINDOW_NAMES[window]
    return f"{name}\n{day(first)} to {day(period.ends_on)}"


def draw_signs(page: Page) -> None:
    """Explain the marks that stand where there is no number."""
    page.line("Signs", "section")
    page.line("0  a number: counted, and there was nobody", "plain")
    for mark in (*MARKS.values(), NOBODY):
        page.line(f"{mark.sign}  {mark.meaning}", "plain")


def open_page(book: Workbook, name: str, context: Context, widths: list[float], breakdown: Breakdown) -> Page:
    """Add a sheet with its title and what the marks mean; the next row is the first of the headings."""
    page = Page(book, name, context, widths)
    *names, last = (DIMENSION_NAMES[dimension].lower() for dimension in breakdown.dimensions)
    page.line(f"By {', '.join(names)} and {last}" if names else f"By {last}", "title")
    page.line(subtitle(context), "subtitle")
    signs = "; ".join(f"{mark.sign} {mark.meaning.split(':')[0]}" for mark in (*MARKS.values(), NOBODY))
    page.line(f"All is counted, never added up.  Signs: {signs}.", "plain")
    page.row += 1
    return page


def title_of(indicator: Row) -> str:
    """Return what stands above the figures of an indicator."""
    code = f"{indicator['code']}  " if indicator["code"] else ""
    return f"{code}{indicator['name']}  ·  {indicator['unit']}"
