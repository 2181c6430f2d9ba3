"""The performance-measurement sheet: an indicator a row, in the funder's words, against baseline and target."""

from __future__ import annotations

from dataclasses import dataclass

from xlsxwriter import Workbook

from warehouse.extracts.formats.context import Context
from warehouse.extracts.formats.extract import Extract, Row
from warehouse.extracts.formats.xlsx.page import Page
from warehouse.extracts.formats.xlsx.wording import counted_days, day, draw_signs, subtitle

SHEET = "Performance measurement"


@dataclass(frozen=True)
class Column:
    """A column: its heading, the window it stands under ("" for none), its width in characters, its field."""

    heading: str
    window: str
    width: float
    field: str

    @property
    def is_text(self) -> bool:
        """Whether it holds words."""
        return self.field in ("code", "name", "definition", "unit", "note")


_LEADING = (
    Column("Code", "", 8, "code"),
    Column("Indicator", "", 25, "name"),
    Column("Definition", "", 32, "definition"),
    Column("Unit", "", 11, "unit"),
    Column("Baseline", "", 9, "baseline"),
)
_PER_WINDOW = (
    ("Target", 9, "target"),
    ("Actual", 9, "value"),
    ("Share of target", 9, "share_of_target"),
    ("Strict identity", 9, "strict"),
    ("Lenient identity", 9, "lenient"),
    ("Undecided", 10, "undecided"),
)
_ALWAYS = {"name", "definition", "unit", "value"}


@dataclass(frozen=True)
class Line:
    """An indicator's totals in both windows, with what its columns say."""

    totals: dict[str, Row]
    words: dict[str, str]

    def holds(self, column: Column) -> bool:
        """Whether there is anything to put into a column."""
        if column.is_text:
            return bool(self.words[column.field])
        return any(row[column.field] is not None for row in self._rows(column))

    def figure(self, column: Column) -> Row | None:
        """Return the figure a column shows a field of."""
        return next(iter(self._rows(column)), None)

    def _rows(self, column: Column) -> list[Row]:
        return [row for window, row in self.totals.items() if column.window in ("", window)]


def draw_measurement(book: Workbook, extract: Extract) -> None:
    """Add the sheet; a column that no indicator has anything for is left out."""
    context = extract.context
    lines = [_line(rows, context) for rows in extract.by_indicator.values()]
    columns = [c for c in _columns() if c.field in _ALWAYS or any(line.holds(c) for line in lines)]
    page = Page(book, SHEET, context, [column.width for column in columns])
    page.line(context.agreement.name, "title")
    page.line(subtitle(context), "subtitle")
    _gaps(page, context)
    page.row += 1
    _headings(page, columns, context)
    for line in lines:
        _draw(page, columns, line)
    page.row += 1
    draw_signs(page)
    page.sheet.activate()


def _columns() -> list[Column]:
    windows = [Column(h, w, width, f) for w in ("period", "cumulative") for h, width, f in _PER_WINDOW]
    return [*_LEADING, *windows, Column("Note", "", 24, "note")]


def _line(rows: list[Row], context: Context) -> Line:
    totals = {row["window"]: row for row in rows if row["grouping"] == "total"}
    first = rows[0]
    worded = next(one for one in context.terms.indicators if one.id == first["indicator"])
    notes = dict.fromkeys(row["note"] for row in totals.values() if row["note"])
    words = {
        "code": first["code"] or "",
        "name": first["name"],
        "definition": worded.definition,
        "unit": first["unit"],
        "note": "\n".join(notes),
    }
    return Line(totals, words)


def _gaps(page: Page, context: Context) -> None:
    missing = [one for one in context.submissions if one.state == "missing"]
    if missing:
        named = ", ".join(
            f"{one.partner} (last delivery: {day(one.last_delivery) if one.last_delivery else 'none'})"
            for one in missing
        )
        page.line(f"Not received for this period, and therefore not in these figures: {named}", "warning")
    elif context.submissions:
        page.line("Every partner that owed data for this period has delivered or said there was none.", "subtitle")


def _headings(page: Page, columns: list[Column], context: Context) -> None:
    first = page.row
    for index, column in enumerate(columns):
        page.row = first
        if not column.window:
            page.text(index, column.heading, "heading", rows=2)
            continue
        if index == 0 or columns[index - 1].window != column.window:
            group = sum(1 for other in columns if other.window == column.window)
            page.text(index, counted_days(context, column.window), "heading", index + group - 1)
        page.row = first + 1
        page.text(index, column.heading, "heading")
    page.sheet.set_row(first, 30)
    page.sheet.set_row(first + 1, 30)
    page.repeat(first, first + 1, 1 + [column.field for column in columns].index("name"))
    page.row = first + 2


def _draw(page: Page, columns: list[Column], line: Line) -> None:
    spans = []
    for index, column in enumerate(columns):
        if column.is_text:
            text = line.words[column.field]
            page.text(index, text, "name" if column.field == "name" else "text")
            spans.append((index, index, text))
            continue
        figure = line.figure(column)
        if column.field == "value":
            page.figure(index, figure, style="total")
        elif figure is not None and figure[column.field] is not None:
            page.figure(index, figure, column.field)
        else:
            page.number(index, None, "")
    page.fit(spans)
    page.row += 1
