"""Disaggregations: a sheet for each list of dimensions, a block for each indicator counted by it.

Totals are figures of their own: nothing here adds.
"""

from __future__ import annotations

from xlsxwriter import Workbook

from warehouse.extracts.formats.columns import DIMENSION_NAMES
from warehouse.extracts.formats.extract import Extract
from warehouse.extracts.formats.xlsx.cells import breakdowns
from warehouse.extracts.formats.xlsx.listing import draw_list
from warehouse.extracts.formats.xlsx.matrix import draw_matrix

_NAME = 31  # characters the name of a sheet may have


def draw_breakdowns(book: Workbook, extract: Extract) -> None:
    """Add the sheets, those by fewer dimensions first."""
    taken: set[str] = set()
    for breakdown in breakdowns(extract):
        draw = draw_list if len(breakdown.dimensions) == 1 else draw_matrix
        draw(book, _sheet_name(breakdown.dimensions, taken), breakdown, extract.context)


def _sheet_name(dimensions: tuple[str, ...], taken: set[str]) -> str:
    """Return a name that no sheet has yet, and let it be taken."""
    whole = " × ".join(DIMENSION_NAMES[dimension] for dimension in dimensions)
    name = whole if len(whole) <= _NAME else f"{whole[: _NAME - 1]}…"
    number = 2
    while name in taken:
        name = f"{whole[: _NAME - 5]}… ({number})"
        number += 1
    taken.add(name)
    return name
