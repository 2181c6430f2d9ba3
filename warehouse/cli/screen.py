"""What a person sees: tables on standard output, progress on standard error, neither in the other's way."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

WIDE = 120  # columns of a terminal that shows whole tables
SHORT = 16  # letters of a word that is kept in one line
PIPED_WIDTH = 10_000  # a pipe has no width: do not fold what a program or a file will hold


def out() -> Console:
    """Return the console of standard output."""
    return Console(width=None if sys.stdout.isatty() else PIPED_WIDTH, highlight=False)


def err() -> Console:
    """Return the console of standard error."""
    return Console(stderr=True, highlight=False)


def print_json(document: Any) -> None:
    """Print one JSON document on standard output."""
    print(json.dumps(document, ensure_ascii=False, indent=2, default=plain))


def plain(value: Any) -> Any:
    """Return a value JSON has no form for in one it has."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, bytes):
        return value.hex()
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def table(title: str, columns: Sequence[str], rows: Iterable[Iterable[Any]], spare: Sequence[str] = ()) -> Table:
    """Return a table; numbers are right-aligned, values shown as they are, never read as markup.

    Args:
        title: Its title, or "".
        columns: The names of the columns.
        rows: Their values.
        spare: Columns left out where the terminal is narrow.
    """
    shown = [n for n, name in enumerate(columns) if name not in spare or out().width >= WIDE]
    listed = [[row[n] for n in shown] for row in map(list, rows)]
    columns = [columns[n] for n in shown]
    made = Table(
        title=title or None, title_justify="left", title_style="bold", header_style="bold", box=None, pad_edge=False
    )
    for position, name in enumerate(columns):
        values = [row[position] for row in listed if row[position] is not None]
        number = bool(values) and all(isinstance(v, int | float | Decimal) and not isinstance(v, bool) for v in values)
        # A number is never broken into lines, and a name only where it is longer than a word should be.
        cells = [str(value) for value in values] if number else " ".join(map(str, values)).split()
        least = max(map(len, [*cells, *name.split()]), default=1)
        made.add_column(
            Text(name),
            justify="right" if number else "left",
            overflow="fold",
            min_width=least if number else min(least, SHORT),
            max_width=least if number and out().width < WIDE else None,
        )
    for row in listed:
        made.add_row(*(_cell(value) for value in row))
    return made


def _cell(value: Any) -> Text:
    if value is None:
        return Text("–", style="dim")
    if isinstance(value, bool):
        return Text("yes" if value else "no")
    text = value.isoformat() if isinstance(value, date) else str(value)
    return Text("".join(c if c.isprintable() else "�" for c in text))  # a control character must not reach the terminal


@contextmanager
def progress(label: str) -> Iterator[None]:
    """Show that a step is under way, on a terminal only."""
    console = err()
    if not console.is_terminal:
        yield
        return
    with console.status(label):
        yield
