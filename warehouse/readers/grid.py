"""What opening a file gives: the rows of each sheet as text, before anybody looks where the table is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from warehouse.contract.spelling import tidy

Row = Sequence[str]


def first_filled(row: Row) -> str:
    """Return the text of a row's first filled cell; empty for a blank row."""
    return (tidy(row[0]) if row else "") or next((text for cell in row if (text := tidy(cell))), "")


@dataclass(frozen=True)
class FaultyCell:
    """A cell without a value of its own: its row and position (both from 0) and the rule it breaks."""

    row: int
    position: int
    rule: str


@dataclass(frozen=True)
class RefusedRow:
    """A row (from 0) refused before it is read: the rule, what its sentence is about, and what it expects."""

    row: int
    rule: str
    subject: str = ""
    expected: str = ""


@dataclass(frozen=True)
class Region:
    """Cells merged into one, its corners included, from 0; the text stands in the upper left one."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True)
class Grid:
    """One sheet; a delimited file is one without a name.

    Attributes:
        name: The sheet's name; empty for a delimited file.
        number: Its place in the file, from 1.
        rows: All rows from the first on, blank ones too; every cell as text.
        counted: Non-blank rows by the independent count of law 1.
        blank_counted: Rows that this count counts, although none of their cells holds a value.
        has_widths: True where a row may have more or fewer cells than the header, which says that it is broken.
        faults: Cells that hold an error, or a formula without a result.
        numbers: The number of each row as a spreadsheet shows it; empty where they are 1, 2, 3 …
        merged: Cells that are one, as headers of two lines have them.
        refused: Rows that a rule of the contract about whole rows refuses.
        set_aside: Rows counted with those of this sheet that are none of them: their sheet became columns of it.
        notes: What is worth telling about the sheet.
        taken: Places of columns without a header because their cells were read into others.
    """

    name: str
    number: int
    rows: Sequence[Row]
    counted: int
    blank_counted: int = 0
    has_widths: bool = False
    faults: tuple[FaultyCell, ...] = ()
    numbers: Sequence[int] = ()
    merged: tuple[Region, ...] = ()
    refused: tuple[RefusedRow, ...] = ()
    set_aside: int = 0
    notes: tuple[str, ...] = ()
    taken: frozenset[int] = frozenset()

    @property
    def where(self) -> str:
        """The sheet as a message calls it; its name is the partner's and stays out."""
        return f"sheet {self.number}" if self.name else "the file"

    def number_of(self, row: int) -> int:
        """Return the number a person sees beside a row."""
        return self.numbers[row] if self.numbers else row + 1


@dataclass(frozen=True)
class Opened:
    """The sheets the contract reads, and what is worth telling about the file."""

    grids: tuple[Grid, ...]
    notes: tuple[str, ...] = ()
