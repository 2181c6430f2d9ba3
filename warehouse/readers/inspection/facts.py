"""What an inspection tells of one sheet, whatever the format."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from warehouse.readers.grid import Region

Cell = tuple[int, int]  # row and column, both from 0

_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\[[^\]]*\]|[ ()+/-]')
_PADDING = re.compile(r"#*(0[0#]+)")
_BLANK = re.compile(r"[\s\x1c-\x1f\u200b-\u200d\u2060\ufeff]*")


@dataclass
class SheetFacts:
    """Facts of one sheet.

    Attributes:
        rows: Rows with a value, by a count that shares no code with the reader.
        errors: Cells that hold an error.
        uncached: Formulas without a stored result.
        padded: Numbers that are shown with leading zeros, and to how many digits.
        hidden: Hidden rows with a value.
        hidden_columns: Hidden columns with a value.
        merged: Cells that are one.
        legacy: Texts in a legacy Khmer font, see `readers/fonts.py`.
    """

    rows: int = 0
    errors: list[Cell] = field(default_factory=list)
    uncached: list[Cell] = field(default_factory=list)
    padded: dict[Cell, int] = field(default_factory=dict)
    hidden: int = 0
    hidden_columns: int = 0
    merged: list[Region] = field(default_factory=list)
    legacy: list[Cell] = field(default_factory=list)


def digits_shown(number_format: str) -> int:
    """Return to how many digits a number format fills a whole number up with zeros; 0 where it does not."""
    found = _PADDING.fullmatch(_LITERAL.sub("", number_format.split(";")[0]))
    return len(found[1]) if found else 0


def is_blank(text: str) -> bool:
    """True for nothing but white space and characters without width: such a cell holds no value."""
    return _BLANK.fullmatch(text) is not None
