"""Names typed in a Khmer font of before Unicode: the letters stored are not those seen, so no name is taken from them.

Told by the font of the cells, where the format tells it, or by the letters of the whole column. A few such cells are
refused, row by row; where they are 1 in `dates.MARGIN` or more, or the letters of a column say so, the file is held.
"""

from __future__ import annotations

import numpy as np

from warehouse.contract.entities import Kind
from warehouse.contract.model import Table
from warehouse.errors import FileHeld
from warehouse.ingest.columns import Column, Rows
from warehouse.ingest.dates import MARGIN
from warehouse.readers.faults import LegacyFont
from warehouse.readers.fonts import is_written_in_latin, look_legacy

RULE = "legacy_font"
_NAMES = frozenset({"name_khmer", "name_latin"})
Faults = list[tuple[str, Rows, str | None]]


def without_harmless(faults: Faults, columns: dict[str, Column], table: Table) -> Faults:
    """Return the faults without cells whose font does no harm: marks, ids, and spellings that the contract knows."""
    looked_up = {column.name for column in table.columns if column.column.kind is Kind.LOOKUP}
    kept: Faults = []
    for rule, rows, name in faults:
        if rule != RULE or name in _NAMES:
            kept.append((rule, rows, name))
        elif name in looked_up:
            column = columns[name]
            unknown = np.array([broken is not None for broken in column.rules], bool)[column.codes[rows]]
            kept.append((rule, rows[unknown], name))
    return kept


def judge(faults: Faults, columns: dict[str, Column], headers: dict[str, str]) -> tuple[Faults, list[FileHeld]]:
    """Return the faults with the cells of a column whose letters tell it, and what holds the file for its letters."""
    doubts: list[FileHeld] = []
    for name, column in columns.items():
        typed = sum(len(rows) for rule, rows, of in faults if rule == RULE and of == name)
        header = headers.get(name, name)
        if typed and typed * MARGIN >= _filled_cells(column):
            doubts.append(_held(header, f"{typed} cells are in such a font"))
        elif name in _NAMES and look_legacy(texts := [str(value or "") for value in column.values]):
            doubts.append(_held(header, "its letters are those that such a font shows as Khmer"))
            latin = np.array([is_written_in_latin(text) for text in texts], bool)
            faults = [*faults, (RULE, np.flatnonzero(latin[column.codes]), name)]
    return faults, doubts


def _filled_cells(column: Column) -> int:
    filled = [value is not None or bool(rule) for value, rule in zip(column.values, column.rules, strict=True)]
    return int(np.count_nonzero(np.array(filled, bool)[column.codes]))


def _held(header: str, found: str) -> LegacyFont:
    action = "convert the column to Khmer Unicode, with the program it was typed in or any converter, and send it again"
    return LegacyFont(f"column {header!r}", found, "names in Khmer Unicode or in Latin letters", action)
