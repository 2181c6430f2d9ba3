"""One row of several about the same thing: the last edit of a submission, the best of several attempts.

The others are refused as superseded, by rule and never by their place in the file; where the rule cannot tell
which one counts, all that claim it are refused.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from types import MappingProxyType

from warehouse.contract.model import Table
from warehouse.contract.properties import Keep
from warehouse.contract.spelling import fold_text, tidy
from warehouse.readers.grid import Grid, Opened, RefusedRow
from warehouse.readers.header import wanted_headers
from warehouse.readers.raw import REAL_DATE
from warehouse.readers.shapes.named import Names, cell, names_of, rows_below
from warehouse.readers.shapes.repeat import holds_submissions

Rank = dt.datetime | Decimal
_NUMBER = re.compile(r"([+-]?\d+(?:[.,]\d+)?) ?(?:[/(%].*)?")  # also of "28.00 / 30"
_NONE = frozenset({"", "-"})  # an attempt that is not finished, or not marked
_BEST = MappingProxyType({"latest": max, "highest": max, "earliest": min, "lowest": min})


def kept(opened: Opened, table: Table) -> Opened:
    """Return the sheets with the rows refused that another one of the same sheet supersedes.

    Raises:
        HeaderMissing, HeaderDuplicated: A column that the rule reads is not there, or twice.
    """
    rule = table.options.keep
    if rule is None:
        return opened
    grids = (_judged(g, table, rule) if holds_submissions(g, table) else g for g in opened.grids)
    return replace(opened, grids=tuple(grids))


def _judged(grid: Grid, table: Table, rule: Keep) -> Grid:
    names = names_of(grid, table)
    if names is None:
        return grid
    by = [names.place(header) for header in rule.by]
    judge = _Judge(grid, rule, names.place(rule.order), _read(names, table))
    groups: dict[tuple[str, ...], list[int]] = {}
    for row in rows_below(grid, names):
        key = tuple(fold_text(cell(grid, row, place)) for place in by)
        if all(key):  # without it nothing says what the row is another version of
            groups.setdefault(key, []).append(row)
    refused = [one for rows in groups.values() if len(rows) > 1 for one in judge.refused(rows)]
    return replace(grid, refused=(*grid.refused, *refused))


def _read(names: Names, table: Table) -> list[int]:
    """Return the columns whose content decides whether two rows say the same."""
    asked, options = set(wanted_headers(table)), table.options
    if options.repeat:
        asked |= set(map(fold_text, options.repeat.on.values()))
    found = names.places(asked)
    if options.sessions:
        pattern = re.compile(options.sessions.header, re.IGNORECASE)
        found += [place for place, text in enumerate(names.cells) if pattern.fullmatch(text) and place not in found]
    return found


@dataclass(frozen=True)
class _Judge:
    grid: Grid
    rule: Keep
    order: int
    read: list[int]

    def refused(self, rows: list[int]) -> Iterator[RefusedRow]:
        """Yield which rows of a group do not count, and why."""
        texts = {row: cell(self.grid, row, self.order) for row in rows}
        known = {row: self._rank(text) for row, text in texts.items() if tidy(text) not in _NONE}
        best = _best(list(known.values()), self.rule)
        certain = best is not None or not known
        claim = [row for row in rows if known.get(row) == best] if certain else rows
        if len({self._content(row) for row in claim}) > 1:
            for row in claim:
                yield RefusedRow(row, "key_conflict", expected=", ".join((*self.rule.by, self.rule.order)))
        sheet = f" of {self.grid.where}" if self.grid.name else ""
        kept = f"row {self.grid.number_of(claim[0])}{sheet}, which has the {self.rule.take} '{self.rule.order}'"
        yield from (RefusedRow(row, "superseded", expected=kept) for row in rows if row not in claim)

    def _content(self, row: int) -> tuple[str, ...]:
        return tuple(tidy(cell(self.grid, row, place)) for place in self.read)

    def _rank(self, text: str) -> Rank | None:
        """Return when, or how many; None for a text that is neither."""
        if self.rule.take in ("highest", "lowest"):
            match = _NUMBER.fullmatch(tidy(text))
            return Decimal(match[1].replace(",", ".")) if match else None
        return _moment(text, self.rule.formats)


def _best(ranks: list[Rank | None], rule: Keep) -> Rank | None:
    """Return the rank that counts; None where one cannot be read, or cannot be compared with another."""
    if not ranks or any(rank is None for rank in ranks):
        return None
    zoned = {isinstance(rank, dt.datetime) and rank.tzinfo is not None for rank in ranks}
    if len(zoned) > 1:  # with a zone and without: which is earlier nobody knows
        return None
    best: Rank = _BEST[rule.take](rank for rank in ranks if rank is not None)
    return best


def _moment(text: str, formats: tuple[str, ...]) -> dt.datetime | None:
    if text.startswith(REAL_DATE):
        return dt.datetime.fromisoformat(text[1:])
    plain, found = tidy(text), set()
    for form in formats:
        try:
            found.add(dt.datetime.strptime(plain, form))
        except ValueError:  # another format may fit
            continue
    if not formats:
        try:
            found.add(dt.datetime.fromisoformat(plain))
        except ValueError:
            return None
    return found.pop() if len(found) == 1 else None
