"""The restatement sheet: what was issued before and is different now, and which causes make up the difference."""

from __future__ import annotations

from xlsxwriter import Workbook

from warehouse.extracts.formats.columns import WINDOW_NAMES
from warehouse.extracts.formats.context import Context, Restated
from warehouse.extracts.formats.extract import Extract, Row
from warehouse.extracts.formats.xlsx.page import PERCENT, Page, format_of
from warehouse.extracts.formats.xlsx.wording import subtitle

SHEET = "Restatement"
_LEADING = (("Indicator", 34.0), ("Cell", 30.0), ("Period", 12.0), ("Window", 13.0))
_NUMBERS = ("Before", "Now", "Difference")
_WIDTH = 12.0


def draw_restatement(book: Workbook, extract: Extract) -> None:
    """Add the sheet, with a column for each cause there is; its amounts add up to the difference."""
    context = extract.context
    causes = list(dict.fromkeys(cause for one in context.restatements for cause, _ in one.causes))
    widths = [*(width for _, width in _LEADING), *[_WIDTH] * len(_NUMBERS), *[_WIDTH + 2] * len(causes)]
    page = Page(book, SHEET, context, widths)
    page.line("Restatement", "title")
    page.line(subtitle(context), "subtitle")
    page.row += 1
    if not context.restatements:
        _nothing(page, context)
        return
    _headings(page, causes)
    named = {rows[0]["indicator"]: rows[0] for rows in extract.by_indicator.values()}
    for one in context.restatements:
        _draw(page, one, causes, named)


def _nothing(page: Page, context: Context) -> None:
    first = context.issue == 1
    page.line(
        "This is the first issue for the period, and no figure issued before has changed."
        if first
        else "No figure that was issued before has changed.",
        "plain",
    )


def _headings(page: Page, causes: list[str]) -> None:
    headings = [*(heading for heading, _ in _LEADING), *_NUMBERS]
    first = page.row
    for column, heading in enumerate(headings):
        page.row = first
        page.text(column, heading, "heading", rows=2)
    if causes:
        page.row = first
        page.text(len(headings), "of which because of", "heading", len(headings) + len(causes) - 1)
        page.row = first + 1
        for column, cause in enumerate(causes, len(headings)):
            page.text(column, cause, "heading")
        page.fit([(column, column, cause) for column, cause in enumerate(causes, len(headings))])
    page.repeat(first, first + 1, 1)
    page.row = first + 2


def _draw(page: Page, one: Restated, causes: list[str], named: dict[str, Row]) -> None:
    known = named.get(one.indicator)
    counts = known["counts"] if known else "persons"
    name = known["name"] if known else one.indicator
    texts = [name, one.cell, one.period, WINDOW_NAMES[one.window]]
    for column, text in enumerate(texts):
        page.text(column, text, "name" if column == 0 else "text")
    start = len(texts)
    for column, (value, status) in enumerate(((one.before, one.before_status), (one.after, one.after_status)), start):
        if value is None:
            page.figure(column, {"value": None, "status": status})
        else:
            page.number(column, value, _level(counts))
    page.number(start + 2, one.difference, _change(counts), "total")
    amounts = dict(one.causes)
    for column, cause in enumerate(causes, start + len(_NUMBERS)):
        page.number(column, amounts.get(cause), _change(counts))
    page.fit([(column, column, text) for column, text in enumerate(texts)])
    page.row += 1


def _level(counts: str) -> str:
    """Return the number format of a figure; a share is exact enough for its change to be seen."""
    number_format = format_of({"counts": counts})
    return "0.00%_0" if number_format == PERCENT else number_format


def _change(counts: str) -> str:
    """Return the number format of a change, which has a sign; that of a share is in percentage points."""
    if counts == "percent":
        return '+0.00" pp"_0;-0.00" pp"_0;0_0'
    number_format = format_of({"counts": counts})
    return f"+{number_format};-{number_format};0_0"
