"""Words that more than one sheet says in the same way."""

from __future__ import annotations

from datetime import date

from warehouse.extracts.formats.columns import WINDOW_NAMES
from warehouse.extracts.formats.context import Context
from warehouse.extracts.formats.marks import MARKS, NOBODY
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
