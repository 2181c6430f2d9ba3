"""The methods sheet: by which rule, from what data, with what left out, and from which version."""

from __future__ import annotations

from xlsxwriter import Workbook

from warehouse.extracts.formats.columns import WINDOW_NAMES
from warehouse.extracts.formats.context import Context
from warehouse.extracts.formats.extract import Extract
from warehouse.extracts.formats.xlsx.page import WHOLE, Page
from warehouse.extracts.formats.xlsx.wording import day, draw_signs, subtitle

SHEET = "Methods"
_WIDTHS = (10, 30, 38, 42, 26, 26, 12)
_LAST = len(_WIDTHS) - 1


def draw_methods(book: Workbook, extract: Extract) -> None:
    """Add the sheet."""
    context = extract.context
    page = Page(book, SHEET, context, _WIDTHS)
    page.line("Methods", "title")
    page.line(subtitle(context), "subtitle")
    page.repeat(0, 1)
    for draw in (_rule, _definitions, _exclusions, _submissions, _certainty, _signs, _provenance):
        page.row += 1
        draw(page, extract)


def _rule(page: Page, extract: Extract) -> None:
    page.line("Who and what counts", "section")
    for sentence in extract.context.rule:
        page.paragraph(f"•  {sentence}")


def _definitions(page: Page, extract: Extract) -> None:
    page.line("Indicators", "section")
    _headings(
        page,
        ["Code", "Indicator", "In the funder's words", "What is computed", "Numerator", "Denominator", "May be added"],
    )
    worded = {one.id: one for one in extract.context.terms.indicators}
    for indicator, rows in extract.by_indicator.items():
        meant = extract.context.definitions.get(indicator)
        texts = [
            rows[0]["code"] or "",
            rows[0]["name"],
            worded[indicator].definition,
            meant.meaning if meant else "",
            meant.numerator if meant else "",
            meant.denominator if meant else "",
            "yes" if rows[0]["additive"] else "no",
        ]
        for column, text in enumerate(texts):
            page.text(column, text, "name" if column == 1 else "text")
        page.fit([(column, column, text) for column, text in enumerate(texts)])
        page.row += 1


def _exclusions(page: Page, extract: Extract) -> None:
    page.line("Who is left out, or could not be decided about", "section")
    if not extract.context.exclusions:
        page.line("Nobody.", "plain")
        return
    _spans(page, [(0, 3, "Who"), (4, 4, "Different persons")], "heading")
    for one in extract.context.exclusions:
        page.text(0, one.what, "text", 3)
        if one.persons is None:
            page.figure(4, {"value": None, "status": "suppressed", "counts": "persons"})
        else:
            page.number(4, one.persons, WHOLE)
        page.fit([(0, 3, one.what)])
        page.row += 1


def _submissions(page: Page, extract: Extract) -> None:
    page.line("What partners delivered", "section")
    _spans(page, [(0, 2, "Partner"), (3, 3, "For this period"), (4, 4, "Last delivery")], "heading")
    for one in extract.context.submissions:
        last = day(one.last_delivery) if one.last_delivery else "never"
        style = "alarm" if one.state == "missing" else "text"
        _spans(page, [(0, 2, one.partner), (3, 3, one.state), (4, 4, last)], style)


def _certainty(page: Page, extract: Extract) -> None:
    page.line("How certain totals of persons are", "section")
    page.paragraph(
        "Partners' lists name the same person in different spellings. Strict: two records are one person only when "
        "that is nearly certain, which gives more persons. Lenient: whenever it is likely, which gives fewer."
    )
    headings = [(0, 2, "Indicator"), (3, 3, "Window"), (4, 4, "Strict"), (5, 5, "Figure"), (6, 6, "Lenient")]
    _spans(page, headings, "heading")
    for row in extract.rows:
        if row["strict"] is None or row["lenient"] is None:
            continue
        page.text(0, row["name"], "text", 2)
        page.text(3, WINDOW_NAMES[row["window"]])
        for column, field in ((4, "strict"), (5, "value"), (6, "lenient")):
            page.figure(column, row, field)
        page.row += 1


def _signs(page: Page, extract: Extract) -> None:
    draw_signs(page)


def _provenance(page: Page, extract: Extract) -> None:
    context = extract.context
    page.line("Where the figures come from", "section")
    for name, text in _sources(context):
        page.text(0, name, "name", 1)
        page.text(2, text, "text", _LAST)
        page.fit([(0, 1, name), (2, _LAST, text)])
        page.row += 1


def _sources(context: Context) -> tuple[tuple[str, str], ...]:
    return (
        ("Agreement", f"{context.agreement.id}, version {context.terms.version}, from {day(context.terms.starts_on)}"),
        ("Period", f"{context.period.id}, {day(context.period.starts_on)} to {day(context.period.ends_on)}"),
        ("Issue", str(context.issue)),
        ("Figures as of", day(context.as_of)),
        ("Published version", context.version),
        ("Hash of its content", context.content_hash),
        ("Fingerprint of the code", context.code),
    )


def _headings(page: Page, texts: list[str]) -> None:
    for column, text in enumerate(texts):
        page.text(column, text, "heading")
    page.row += 1


def _spans(page: Page, spans: list[tuple[int, int, str]], style: str) -> None:
    for first, last, text in spans:
        page.text(first, text, style, last)
    page.fit(spans)
    page.row += 1
