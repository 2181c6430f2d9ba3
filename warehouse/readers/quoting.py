"""Text with two readings though it is well-formed: quotes of another kind, quotes that swallowed rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from statistics import mode

import numpy as np

from warehouse.contract.properties import Dialect
from warehouse.readers.faults import QuotingBroken
from warehouse.readers.lines import places

_LF, _CR = 10, 13


def check_certain(text: bytes, dialect: Dialect) -> None:
    """Refuse text that some programs read in another way than the contract's dialect does.

    Raises:
        QuotingBroken: Its quotes are others, or are escaped otherwise.
    """
    quote, delimiter = dialect.quote.encode(), dialect.delimiter.encode()
    if b"\\" in text and b"\\" + quote in text:  # a search for one byte costs a twentieth of one for two
        raise _other_quotes("a quote behind a backslash", dialect)
    if quote != b"'" and b"'" in text and _begin_cells(text, delimiter):
        # Plain apostrophes at a cell's ends mean nothing; with a delimiter or a doubled one between they are quotes.
        cell = re.compile(rb"(?m)(?:^|%s)'((?:[^'\n]|'')*+)'(?=%s|\r?$)".replace(b"%s", re.escape(delimiter)))
        if any(delimiter in match[1] or b"''" in match[1] for match in cell.finditer(text)):
            raise _other_quotes("cells in apostrophes", dialect)


def _begin_cells(text: bytes, delimiter: bytes) -> bool:
    """True where an apostrophe follows a delimiter or a line end."""
    array = np.frombuffer(text, dtype=np.uint8)
    found = places(array, ord("'"))
    return bool(np.isin(array[found[found > 0] - 1], [delimiter[0], _LF]).any())


def are_plain_quotes(text: bytes, dialect: Dialect) -> bool:
    """True where every quote begins or ends a cell or is doubled within one, and no cell holds a line end."""
    quote, delimiter = dialect.quote.encode(), dialect.delimiter.encode()
    if quote not in text:
        return True
    array = np.frombuffer(b"\n" + text + b"\n", dtype=np.uint8)
    quotes = places(array, quote[0])
    if len(quotes) % 2 or np.any(np.searchsorted(quotes, places(array, _LF)) % 2):
        return False
    ends = np.zeros(256, bool)
    ends[[delimiter[0], _LF, quote[0]]] = True
    before, behind = ends[array[quotes[::2] - 1]], ends.copy()
    behind[_CR] = True
    return bool(before.all() and behind[array[quotes[1::2] + 1]].all())


def _other_quotes(found: str, dialect: Dialect) -> QuotingBroken:
    action = "export it again, with the quotes of the contract, doubled within a cell; or mend the contract's dialect"
    return QuotingBroken("the file", found, f"cells in {dialect.quote}", action)


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
