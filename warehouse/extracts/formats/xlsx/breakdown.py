"""Disaggregations: a sheet for each list of dimensions, a block for each indicator counted by it.

By one dimension, a block's rows are its codes and its columns everything known of each figure. By several, one of
them goes across, so that a reader sees province against module; there is a block for each window then. Totals are
figures of their own, and stand there only where the agreement asks for them: nothing here adds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from xlsxwriter import Workbook

from warehouse.contract.agreement import DIMENSIONS
from warehouse.extracts.formats.columns import DIMENSION_NAMES, WINDOW_NAMES
from warehouse.extracts.formats.context import Context
from warehouse.extracts.formats.extract import Extract, Row, dimensions_of
from warehouse.extracts.formats.marks import MARKS, NOBODY
from warehouse.extracts.formats.xlsx.page import Page
from warehouse.extracts.formats.xlsx.wording import counted_days, subtitle
from warehouse.store.figures import WINDOWS

ACROSS_AT_MOST = 16  # columns that can be read on a page
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
_UNKNOWN = "unknown"
Cell = tuple[str | None, ...]  # a code, or None for all, per dimension of DIMENSIONS


@dataclass(frozen=True)
class Breakdown:
    """All figures counted by one list of dimensions, and where the totals beside them are found.

    Attributes:
        dimensions: In the order of `DIMENSIONS`.
        rows: Its figures, in the order of the table.
        figures: Every figure of the extract by indicator, window and cell.
    """

    dimensions: tuple[str, ...]
    rows: list[Row]
    figures: dict[tuple[str, str, Cell], Row]

    def codes(self, dimension: str, indicator: str | None = None) -> list[str]:
        """Return the codes that occur, sorted, the unknown last."""
        rows = (row for row in self.rows if indicator in (None, row["indicator"]))
        return sorted({row[dimension] for row in rows}, key=_order)

    def figure(self, indicator: str, window: str, codes: dict[str, str]) -> Row | None:
        """Return a figure by the codes of its cell; dimensions not named are all."""
        return self.figures.get((indicator, window, tuple(codes.get(name) for name in DIMENSIONS)))

    @property
    def indicators(self) -> list[Row]:
        """The first row of each indicator."""
        return list({row["indicator"]: row for row in reversed(self.rows)}.values())[::-1]


def draw_breakdowns(book: Workbook, extract: Extract) -> None:
    """Add the sheets, those by fewer dimensions first."""
    figures = {(r["indicator"], r["window"], tuple(r[name] for name in DIMENSIONS)): r for r in extract.rows}
    grouped: dict[tuple[str, ...], list[Row]] = {}
    for row in extract.rows:
        if dimensions := dimensions_of(row):
            grouped.setdefault(dimensions, []).append(row)
    taken: set[str] = set()
    for dimensions in sorted(grouped, key=lambda d: (len(d), [DIMENSIONS.index(name) for name in d])):
        breakdown = Breakdown(dimensions, grouped[dimensions], figures)
        draw = _draw_list if len(dimensions) == 1 else _draw_matrix
        draw(book, _sheet_name(dimensions, taken), breakdown, extract.context)


def _draw_list(book: Workbook, name: str, breakdown: Breakdown, context: Context) -> None:
    (dimension,) = breakdown.dimensions
    fields = [f for f in _FIELDS if any(f[1] == "value" or _says(row, f[1]) for row in breakdown.rows)]
    windows = [w for w in WINDOWS if any(row["window"] == w for row in breakdown.rows)]
    page = _page(book, name, context, [34.0] + [13.0] * len(fields) * len(windows), breakdown)
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
        page.line(_title(indicator), "block")
        for code in (None, *breakdown.codes(dimension, indicator["indicator"])):
            cells = {} if code is None else {dimension: code}
            page.text(
                0, "All" if code is None else context.label(dimension, code), "total_name" if code is None else "text"
            )
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


def _draw_matrix(book: Workbook, name: str, breakdown: Breakdown, context: Context) -> None:
    across = _across(breakdown)
    down = [dimension for dimension in breakdown.dimensions if dimension != across]
    codes = breakdown.codes(across)
    widths = [24.0] * len(down) + [max(9.0, min(14.0, 150 / (len(codes) + 1)))] * (len(codes) + 1)
    page = _page(book, name, context, widths, breakdown)
    headings = [*(DIMENSION_NAMES[d] for d in down), *(context.label(across, code) for code in codes), "All"]
    for column, heading in enumerate(headings):
        page.text(column, heading, "heading")
    page.fit([(column, column, heading) for column, heading in enumerate(headings)])
    page.repeat(page.row, page.row, len(down))
    page.row += 1
    for indicator in breakdown.indicators:
        for window in WINDOWS:
            _draw_block(page, breakdown, context, indicator, window, across, codes)


def _draw_block(
    page: Page, breakdown: Breakdown, context: Context, indicator: Row, window: str, across: str, codes: list[str]
) -> None:
    down = [dimension for dimension in breakdown.dimensions if dimension != across]
    inside = [r for r in breakdown.rows if r["indicator"] == indicator["indicator"] and r["window"] == window]
    if not inside:
        return
    page.line(f"{_title(indicator)}  ·  {WINDOW_NAMES[window].lower()}", "block")
    cells = sorted({tuple(row[d] for d in down) for row in inside}, key=lambda cell: [_order(code) for code in cell])
    before: tuple[str, ...] = ()
    for cell in cells:
        chosen = dict(zip(down, cell, strict=True))
        _draw_names(page, context, chosen, before)
        for column, code in enumerate(codes, len(down)):
            page.figure(column, breakdown.figure(indicator["indicator"], window, {**chosen, across: code}))
        _draw_all(page, len(down) + len(codes), breakdown.figure(indicator["indicator"], window, chosen))
        page.row += 1
        before = cell
    _draw_last(page, breakdown, indicator["indicator"], window, across, codes)


def _draw_names(page: Page, context: Context, chosen: dict[str, str], before: tuple[str, ...]) -> None:
    """Write the row's labels; those that are the same as above are grey, since they open no new group."""
    same = True
    for column, (dimension, code) in enumerate(chosen.items()):
        same = same and len(before) > column and before[column] == code
        page.text(column, context.label(dimension, code), "again" if same else "text")


def _draw_last(page: Page, breakdown: Breakdown, indicator: str, window: str, across: str, codes: list[str]) -> None:
    """Write the block's last row, all of the dimensions that go down, if the extract has any such figure."""
    down = len(breakdown.dimensions) - 1
    figures = [breakdown.figure(indicator, window, {across: code}) for code in codes]
    total = breakdown.figure(indicator, window, {})
    if total is None and not any(figures):
        return
    page.text(0, "All", "total_name")
    for column in range(1, down):
        page.text(column, "", "total_name")
    for column, figure in enumerate((*figures, total), down):
        _draw_all(page, column, figure)
    page.row += 1


def _draw_all(page: Page, column: int, figure: Row | None) -> None:
    if figure is None:  # not asked for by the agreement, which is not the same as nobody
        page.text(column, "", "total_name")
    else:
        page.figure(column, figure, style="total")


def _page(book: Workbook, name: str, context: Context, widths: list[float], breakdown: Breakdown) -> Page:
    page = Page(book, name, context, widths)
    page.line("By " + " and ".join(DIMENSION_NAMES[d].lower() for d in breakdown.dimensions), "title")
    page.line(subtitle(context), "subtitle")
    signs = "; ".join(f"{mark.sign} {mark.meaning.split(':')[0]}" for mark in (*MARKS.values(), NOBODY))
    page.line(f"All is counted, never added up.  Signs: {signs}.", "plain")
    page.row += 1
    return page


def _title(indicator: Row) -> str:
    code = f"{indicator['code']}  " if indicator["code"] else ""
    return f"{code}{indicator['name']}  ·  {indicator['unit']}"


def _across(breakdown: Breakdown) -> str:
    """Return the dimension whose codes become columns: the longest that can still be read, else the shortest."""
    lengths = {name: len(breakdown.codes(name)) for name in breakdown.dimensions}
    readable = [name for name in breakdown.dimensions[1:] if lengths[name] <= ACROSS_AT_MOST]
    return max(readable, key=lengths.__getitem__) if readable else min(lengths, key=lengths.__getitem__)


def _order(code: str) -> tuple[bool, str]:
    return code == _UNKNOWN, code


def _sheet_name(dimensions: Iterable[str], taken: set[str]) -> str:
    """Return a name that no sheet has yet, at most 31 characters as workbooks demand."""
    whole = " × ".join(DIMENSION_NAMES[dimension] for dimension in dimensions)
    name = whole if len(whole) <= 31 else whole[:30] + "…"
    number = 2
    while name in taken:
        name = f"{whole[:26]}… ({number})"
        number += 1
    taken.add(name)
    return name
