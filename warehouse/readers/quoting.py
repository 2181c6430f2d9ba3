"""Quotes that may have swallowed rows: well-formed text whose quoted cells look like lines of the table itself."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import mode

from warehouse.readers.faults import QuotingBroken


def check_swallowed(rows: Sequence[Sequence[str]], delimiter: str) -> None:
    """Refuse a cell that holds line ends and about as many delimiters as those lines would have, were they rows.

    Two stray quotes, one in each of two rows, make one cell of everything between them. A comment of several
    lines holds fewer delimiters, unless it is a table itself.

    Args:
        rows: The records as read, the cells without their quotes.
        delimiter: What separates cells.

    Raises:
        QuotingBroken: There is such a cell; the first is named by its record.
    """
    width = mode(map(len, rows))
    for number, row in enumerate(rows, start=1):
        for cell in row:
            if "\n" not in cell:
                continue
            lines = cell.count("\n")
            if cell.count(delimiter) >= max(1, lines - 1) * (width - 1) > 0:
                found = f"a cell in quotes in record {number}, which may as well be {lines + 1} lines of the table"
                action = "remove the stray quotes, or the line breaks within that cell, and send it again"
                raise QuotingBroken("the file", found, "one certain reading", action)
