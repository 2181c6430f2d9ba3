"""Looks into an ODS by expat over its content; rows and cells that stand for many are counted as many."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from pathlib import Path
from xml.parsers import expat

from warehouse.readers.grid import Region
from warehouse.readers.inspection.facts import Cell, SheetFacts, is_blank

_ERROR = re.compile(r"#(?:N/A|DIV/0!|NAME\?|VALUE!|REF!|NUM!|NULL!)|Err:\d+")
_NUMBERS = frozenset({"float", "percentage", "currency"})
_MOST = 1 << 24  # cells told of one sheet; more of them is no table


def inspect_ods(path: Path, sheets: Sequence[str]) -> dict[str, SheetFacts]:
    """Return the facts of the named sheets.

    Raises:
        ValueError: A few cells stand for more than any table has.
    """
    content = _Content()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = content.start, content.end
    parser.CharacterDataHandler = content.characters
    with zipfile.ZipFile(path) as archive, archive.open("content.xml") as stream:
        parser.ParseFile(stream)
    return {name: content.facts[name] for name in sheets}


class _Content:
    """Expat handlers over `content.xml`. Names are taken with the prefixes that every program writes."""

    def __init__(self) -> None:
        self.facts: dict[str, SheetFacts] = {}
        self.sheet = SheetFacts()
        self.row = self.column = self.columns = 0  # places from 0
        self.rows_alike = 1
        self.row_is_hidden = False
        self.hidden_columns: list[range] = []
        self.filled: set[int] = set()  # columns with a value
        self.row_cells: list[tuple[str, range, int]] = []  # of the present row: what is told, where, digits
        self.row_has_value = False
        self.cell: dict[str, str] | None = None
        self.text: list[str] = []
        self.notes = 0  # depth of comments, whose text is not the cell's

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "table:table":
            self.sheet = self.facts[attributes.get("table:name", "")] = SheetFacts()
            self.row = self.columns = 0
            self.hidden_columns, self.filled = [], set()
        elif tag == "table:table-column":
            many = int(attributes.get("table:number-columns-repeated", 1))
            if attributes.get("table:visibility", "visible") != "visible":
                self.hidden_columns.append(range(self.columns, self.columns + many))
            self.columns += many
        elif tag == "table:table-row":
            self.column, self.row_has_value, self.row_cells = 0, False, []
            self.rows_alike = int(attributes.get("table:number-rows-repeated", 1))
            self.row_is_hidden = attributes.get("table:visibility", "visible") != "visible"
        elif tag in ("table:table-cell", "table:covered-table-cell"):
            self.cell = attributes
            self.text.clear()
        elif tag == "office:annotation":
            self.notes += 1
        elif tag in ("text:s", "text:tab", "text:line-break"):
            self.text.append(" ")

    def characters(self, text: str) -> None:
        if self.cell is not None and not self.notes:
            self.text.append(text)

    def end(self, tag: str) -> None:
        if tag in ("table:table-cell", "table:covered-table-cell"):
            self._end_cell(self.cell or {}, "".join(self.text).strip())
            self.cell = None
        elif tag == "table:table-row":
            self._end_row()
        elif tag == "table:table":
            hidden = (self.filled.intersection(columns) for columns in self.hidden_columns)
            self.sheet.hidden_columns = sum(map(len, hidden))
        elif tag == "office:annotation":
            self.notes -= 1

    def _end_cell(self, cell: dict[str, str], text: str) -> None:
        many = int(cell.get("table:number-columns-repeated", 1))
        place = range(self.column, self.column + many)
        self.column += many
        kind, formula = cell.get("office:value-type", ""), "table:formula" in cell
        filled = not is_blank(text) if kind in ("string", "") else True
        if cell.get("calcext:value-type") == "error" or (formula and _ERROR.fullmatch(text)):
            self.row_cells.append(("error", place, 0))
        elif formula and not kind:
            self.row_cells.append(("uncached", place, 0))
        elif kind in _NUMBERS and (digits := _zeros(text, cell.get("office:value", ""))):
            self.row_cells.append(("padded", place, digits))
        if filled:
            self._fill(place)
        down, right = (int(cell.get(f"table:number-{x}-spanned", 1)) for x in ("rows", "columns"))
        if down > 1 or right > 1:
            corner = (self.row + down - 1, place.start + right - 1)
            self.sheet.merged.append(Region(self.row, place.start, *corner))

    def _fill(self, place: range) -> None:
        if len(place) > 1 << 14:
            raise ValueError("a cell that stands for more than a row of cells")
        self.row_has_value = True
        self.filled.update(place)

    def _end_row(self) -> None:
        rows = range(self.row, self.row + self.rows_alike)
        self.row = rows.stop
        told = sum(len(place) for _, place, _ in self.row_cells) * len(rows)
        if told + len(self.sheet.errors) + len(self.sheet.uncached) + len(self.sheet.padded) > _MOST:
            raise ValueError("more cells than any table has")
        for kind, place, digits in self.row_cells:
            cells: list[Cell] = [(row, column) for row in rows for column in place]
            if kind == "padded":
                self.sheet.padded |= dict.fromkeys(cells, digits)
            else:
                (self.sheet.errors if kind == "error" else self.sheet.uncached).extend(cells)
        if self.row_has_value:
            self.sheet.rows += len(rows)
            self.sheet.hidden += len(rows) if self.row_is_hidden else 0


def _zeros(text: str, value: str) -> int:
    """Return how many digits a number is shown with, where it is shown with leading zeros; else 0."""
    digits = re.sub(r"[\s()+/-]", "", text)
    if not (digits.isascii() and digits.isdigit() and digits.startswith("0") and len(digits) > 1):
        return 0
    return len(digits) if float(value) == int(digits) else 0
