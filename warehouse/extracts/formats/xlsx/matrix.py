"""Disaggregation by several dimensions: one goes across, so that a reader sees province against module.

There is a block for each indicator and window. Totals stand there only where the agreement asks for those figures.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from xlsxwriter import Workbook

from warehouse.extracts.formats.columns import DIMENSION_NAMES, WINDOW_NAMES
from warehouse.extracts.formats.context import Context
from warehouse.extracts.formats.extract import Row
from warehouse.extracts.formats.xlsx.cells import Breakdown, in_order
from warehouse.extracts.formats.xlsx.page import Page
from warehouse.extracts.formats.xlsx.wording import open_page, title_of
from warehouse.store.figures import WINDOWS

ACROSS_AT_MOST = 16  # columns that can be read on a page


@dataclass(frozen=True)
class Block:
    """The figures of one indicator in one window, arranged.

    Attributes:
        breakdown: Where they come from.
        indicator: Its first row.
        window: Of the figures.
        across: The dimension whose codes are columns.
        codes: Those columns.
        down: The other dimensions.
    """

    breakdown: Breakdown
    indicator: Row
    window: str
    across: str
    codes: list[str]
    down: list[str]

    @cached_property
    def cells(self) -> list[dict[str, str]]:
        """The codes of each row, in order."""
        inside = (row for row in self.breakdown.rows if row["indicator"] == self.indicator["indicator"])
        found = {tuple(row[name] for name in self.down) for row in inside if row["window"] == self.window}
        ordered = sorted(found, key=lambda cell: [in_order(code) for code in cell])
        return [dict(zip(self.down, cell, strict=True)) for cell in ordered]

    def figure(self, cell: Mapping[str, str]) -> Row | None:
        """Return the figure of a cell; dimensions not named are all."""
        return self.breakdown.figure(self.indicator["indicator"], self.window, cell)

    def along(self, cell: Mapping[str, str]) -> list[Row | None]:
        """Return the figures of a row."""
        return [self.figure({**cell, self.across: code}) for code in self.codes]


def draw_matrix(book: Workbook, name: str, breakdown: Breakdown, context: Context) -> None:
    """Add the sheet; it has a last column for all of what goes across if the extract has any such figure."""
    across = _across(breakdown)
    down = [dimension for dimension in breakdown.dimensions if dimension != across]
    codes = breakdown.codes(across)
    found = [Block(breakdown, one, w, across, codes, down) for one in breakdown.indicators for w in WINDOWS]
    blocks = [block for block in found if block.cells]
    has_all = any(block.figure(cell) for block in blocks for cell in block.cells)
    headings = [*(DIMENSION_NAMES[d] for d in down), *(context.label(across, code) for code in codes)]
    headings += ["All"] if has_all else []
    width = max(9.0, min(14.0, 150 / (len(codes) + 1)))
    widths = [24.0] * len(down) + [width] * (len(headings) - len(down))
    page = open_page(book, name, context, widths, breakdown)
    for column, heading in enumerate(headings):
        page.text(column, heading, "heading")
    page.fit([(column, column, heading) for column, heading in enumerate(headings)])
    page.repeat(page.row, page.row, len(down))
    page.row += 1
    for block in blocks:
        _draw(page, block, context, has_all)


def _draw(page: Page, block: Block, context: Context, has_all: bool) -> None:
    page.line(f"{title_of(block.indicator)}  ·  {WINDOW_NAMES[block.window].lower()}", "block")
    before: dict[str, str] = {}
    for cell in block.cells:
        _draw_names(page, context, cell, before)
        for column, figure in enumerate(block.along(cell), len(cell)):
            page.figure(column, figure)
        if has_all:
            _draw_total(page, len(cell) + len(block.codes), block.figure(cell))
        page.row += 1
        before = cell
    totals = block.along({})
    if any(totals) or has_all:
        for column in range(len(block.down)):
            page.text(column, "" if column else "All", "total_name")
        for column, figure in enumerate([*totals, block.figure({})] if has_all else totals, len(block.down)):
            _draw_total(page, column, figure)
        page.row += 1


def _draw_names(page: Page, context: Context, cell: dict[str, str], before: dict[str, str]) -> None:
    """Write the row's labels; those that are the same as above are grey, since they open no new group."""
    same = True
    for column, (dimension, code) in enumerate(cell.items()):
        same = same and before.get(dimension) == code
        page.text(column, context.label(dimension, code), "again" if same else "text")
    page.fit([(column, column, context.label(*named)) for column, named in enumerate(cell.items())])


def _draw_total(page: Page, column: int, figure: Row | None) -> None:
    if figure is None:  # not asked for by the agreement, which is not the same as nobody
        page.text(column, "", "total_name")
    else:
        page.figure(column, figure, style="total")


def _across(breakdown: Breakdown) -> str:
    """Return the dimension whose codes become columns: the longest that can still be read, else the shortest."""
    lengths = {name: len(breakdown.codes(name)) for name in breakdown.dimensions}
    readable = [name for name in breakdown.dimensions[1:] if lengths[name] <= ACROSS_AT_MOST]
    return max(readable, key=lengths.__getitem__) if readable else min(lengths, key=lengths.__getitem__)
