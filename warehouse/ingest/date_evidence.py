"""Why the dates of a file were read as they were, as the ledger keeps it and people are told."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Evidence:
    """How some cells of a column were read and why; numbers of cells, never a value.

    Attributes:
        column: The canonical column.
        header: The partner's header; None where the name of the file or a title gives the date.
        reading: The reading chosen, or all that stayed possible.
        how: `declared`, `unambiguous_rows`, `course_window`, `workbook_type`, `every_reading` or `undecided`.
        sure_percent: Of 100 cells that decide, how many support the reading, rounded down.
        supporting: Cells that decide for it; all cells where nothing had to be decided, but none where a format is
            declared, no course bounds the days, and day and month in the other order would explain every cell as well.
        contradicting: Cells that decide against it.
        cells: All cells that one of the group's readings reads.
        unsettled: Those of them that have no day, because they can be read in two ways.
    """

    column: str
    header: str | None
    reading: str
    how: str
    sure_percent: int
    supporting: int
    contradicting: int
    cells: int
    unsettled: int

    def as_dict(self) -> dict[str, Any]:
        """Return it as the ledger keeps it."""
        return asdict(self)

    @property
    def note(self) -> str | None:
        """What a person should hear of it; None where nothing speaks against the reading."""
        named = f"{(self.header or self.column)!r}: dates read as {self.reading}"
        if self.unsettled:
            return f"{named}; {self.unsettled} of {self.cells} can be read in two ways and have no day"
        if self.how == "declared" and not self.supporting:
            other = "month first" if self.reading.startswith("DD") else "day first"
            return f"{named}; every day is at most 12: nothing in the file speaks against {other}"
        decided = self.supporting + self.contradicting
        return (
            f"{named}; {self.contradicting} of {decided} that decide are no such dates" if self.contradicting else None
        )
