"""Finds the table in a sample without knowing its headers: the row that looks most like one, and what is below it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from warehouse.contract.spelling import fold_text, tidy
from warehouse.drafting.vocabulary import begins_with, is_ignored, matches
from warehouse.readers.grid import Grid, Row
from warehouse.readers.header import joined_header
from warehouse.readers.kinds import kind_of

_SEARCHED = 30  # rows in which a header is looked for
_SURE = 2  # distance of a match that counts for a header
_ALIKE = 0.6  # share of headers two sheets have in common when they hold one table


@dataclass
class Found:
    """A table in one sheet.

    Attributes:
        grid: The sheet.
        first: The place of the header's first line, from 0.
        lines: How many lines it has.
        headers: Its cells, as the reader joins them.
        rows: The data rows.
        numbers: Their numbers as a spreadsheet shows them.
        footers: Words with which subtotal rows begin.
        ends: Words with which what follows the table begins.
        loose: Numbers of rows at the end that look like no data.
        uneven: Numbers of rows of more or fewer cells than the header: what stands where in them is not certain.
    """

    grid: Grid
    first: int
    lines: int
    headers: list[str]
    rows: list[Row] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    footers: list[str] = field(default_factory=list)
    ends: list[str] = field(default_factory=list)
    loose: list[int] = field(default_factory=list)
    uneven: list[int] = field(default_factory=list)

    @property
    def above(self) -> list[str]:
        """The texts above the header."""
        return [text for row in self.grid.rows[: self.first] for cell in row if (text := tidy(cell))]

    def place_of(self, header: str) -> int | None:
        """Return the position of a header, however this sheet spells it; None where it is not there."""
        folded = [fold_text(h) for h in self.headers]
        if fold_text(header) in folded:
            return folded.index(fold_text(header))
        meant = _meant(header)
        return next((p for p, h in enumerate(self.headers) if meant and h and _meant(h) == meant), None)

    def column(self, position: int) -> list[str]:
        """Return the cells of a column; blank where a row is short."""
        return [row[position] if position < len(row) else "" for row in self.rows]


def find_table(grid: Grid, first: int | None = None, lines: int | None = None) -> Found | None:
    """Return the table of a sheet; None when no row looks like a header with data below it.

    Args:
        grid: The sheet.
        first: Where the header is known to begin, from 0.
        lines: How many lines it is known to have.
    """
    window = [[tidy(cell) for cell in row] for row in grid.rows[:_SEARCHED]]
    scores = [_score(window, place) for place in range(len(window))]
    best = max(range(len(scores)), key=lambda place: scores[place], default=-1) if first is None else first
    if best < 0 or (first is None and scores[best] <= 0):
        return None
    lines = lines or (2 if _goes_on(grid, best) else 1)
    found = Found(grid, best, lines, joined_header(grid.rows, best, lines, grid.merged))
    _read_rows(found)
    return found if found.rows else None


def alike(one: Found, other: Found) -> bool:
    """True when two sheets hold one table: most of what the headers of the shorter one mean is in both."""
    meant = [{_meant(h) for h in found.headers if h} - {None} for found in (one, other)]
    least = min(map(len, meant))
    return least > 1 and len(meant[0] & meant[1]) >= _ALIKE * least


def _meant(header: str) -> str | None:
    found = matches(header)
    return found[0].column if found and found[0].distance <= _SURE else None


def _score(rows: Sequence[list[str]], place: int) -> float:
    cells = [cell for cell in rows[place] if cell]
    below = [row for row in rows[place + 1 :] if any(row)][:5]
    if not cells or not below:
        return 0.0
    known = sum(_known(cell) for cell in cells)
    kinds = [kind_of(cell) for cell in cells]
    texts, values = kinds.count("text"), kinds.count("number") + (0 if known else kinds.count("date"))
    filled = [place for place, cell in enumerate(rows[place]) if cell]
    under = sum(place < len(row) and bool(row[place]) for row in below for place in filled) / (len(below) * len(filled))
    repeated = len(cells) - len(set(map(fold_text, cells)))
    return (3 * known + texts - 2 * values - 2 * repeated) * (0.2 + under) - 0.01 * place


def _known(header: str) -> bool:
    return bool(is_ignored(header)) or _meant(header) is not None


def _goes_on(grid: Grid, first: int) -> bool:
    """True when the header has a second line: headers under a merged or a blank cell of the first, and no value."""
    if first + 2 >= len(grid.rows):
        return False
    upper, lower = ([tidy(cell) for cell in row] for row in grid.rows[first : first + 2])
    upper += [""] * (len(lower) - len(upper))
    under = [cell for cell, above in zip(lower, upper, strict=False) if cell and not above]
    spans = any(region.top == first and region.right > region.left for region in grid.merged)
    if not under or any(kind_of(cell) == "number" for cell in lower):
        return False
    gained = sum(map(_known, joined_header(grid.rows, first, 2, grid.merged))) - sum(map(_known, upper))
    return gained >= 0 if spans else gained > 0 and len(under) * 2 >= sum(map(bool, lower))


def _read_rows(found: Found) -> None:
    """Take the rows below the header apart: data, subtotals, what follows the table."""
    width = max((place + 1 for place, header in enumerate(found.headers) if header), default=0)
    again = [fold_text(cell) for cell in found.grid.rows[found.first + found.lines - 1]]
    for place in range(found.first + found.lines, len(found.grid.rows)):
        row = found.grid.rows[place]
        first = next((text for cell in row if (text := tidy(cell))), "")
        if not first or [fold_text(cell) for cell in row] == again:
            continue
        if word := begins_with(first, "ends"):
            found.ends.append(first[: len(word)])
            break
        if word := begins_with(first, "footers"):
            found.footers.append(first[: len(word)])
            continue
        if found.grid.has_widths and _differs(row, width):
            found.uneven.append(found.grid.number_of(place))
            continue
        found.rows.append(row)
        found.numbers.append(found.grid.number_of(place))
    while len(found.rows) > 1 and _is_loose(found):
        found.loose.insert(0, found.numbers.pop())
        found.rows.pop()


def _differs(row: Row, width: int) -> bool:
    """True for a row of a delimited file that has another number of cells than the header."""
    return len(row) < width or any(tidy(cell) for cell in row[width:])


def _is_loose(found: Found) -> bool:
    """True when the last row has far fewer cells than the usual one."""
    filled = [sum(bool(tidy(cell)) for cell in row) for row in (found.rows[0], found.rows[-1])]
    return filled[1] <= 2 < 4 < filled[0]
