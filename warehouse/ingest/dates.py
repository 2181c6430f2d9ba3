"""Dates with evidence: how a column of a file is written is decided once, for all its cells, and the evidence is kept.

    the column's distinct texts ──► groups of readings that can share a text (DD/MM/YYYY and MM/DD/YYYY)
                                     │ a cell decides when some of them cannot read it, or take it out of the course
                                     ▼
                       one reading a group, or none ──► days, cells refused, what holds the file

What decides is counted in cells, so the order of rows does not matter. With `MARGIN`, in whole numbers:

* Cells that contradict the reading are refused while they are fewer than 1 in `MARGIN` of those that decide; with more
  of them nothing is decided.
* A group that holds fewer than 1 in `MARGIN` of the column's dates is somebody's exception, not how the column is
  written: it never holds the file, and those of its cells that have two readings are refused.
* Where nothing is decided and the readings differ, the file is held. A birth date holds nothing: it is read as empty.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from warehouse.contract.model import ColumnContract, Table
from warehouse.errors import FileHeld
from warehouse.ingest.date_evidence import Evidence
from warehouse.ingest.days import Given, Reading, plain, readings, stored_day
from warehouse.ingest.values import Converted
from warehouse.readers.faults import DatesSwapped, DatesUncertain
from warehouse.readers.raw import REAL_DATE

MARGIN = 20  # fewer than one in so many cells are slips; as many or more are another way of writing
_MOST_OF_A_SWAP = 12  # a day beyond it is no month, so that a spreadsheet cannot have swapped the two
_DAY_OR_MONTH = re.compile("%([dm])")
_UNREADABLE = Converted(None, "date_unreadable")
Days = tuple[dt.date | None, ...]  # what each reading of a group makes of one text


@dataclass
class Dated:
    """The dates of a column: what becomes of each text, the evidence, and what holds the file."""

    converted: dict[str, Converted] = field(default_factory=dict)
    evidence: list[Evidence] = field(default_factory=list)
    doubts: list[FileHeld] = field(default_factory=list)


@dataclass
class _Alike:
    """Texts that each reading of a group makes the same day of, as moments of one day are, and the cells with them."""

    days: Days
    texts: list[str] = field(default_factory=list)
    cells: int = 0


class _Choice(NamedTuple):
    """Which readings of a group are left, one when it is decided, how that is known, and the cells for and against."""

    left: tuple[int, ...]
    how: str
    supporting: int
    contradicting: int

    @property
    def place(self) -> int | None:
        """The reading decided for."""
        return None if self.how == "undecided" else self.left[0]


def decide(contract: ColumnContract, header: str | None, texts: Mapping[str, int], table: Table) -> Dated:
    """Decide how a date column of a file is written.

    Args:
        contract: The column.
        header: The partner's header, for the messages.
        texts: Each distinct text of the column, and how many cells hold it.
        table: The contract's table, for the course window.
    """
    given, made = Given.of(contract, table), Dated()
    stored, groups = _sorted_out(contract, texts, given, made)
    read = sum(stored.values()) + sum(alike.cells for members in groups.values() for alike in members)
    column = _Column(contract, header, given, read)
    swapped = _swapped(stored, groups, given)
    if stored:
        column.take_stored(stored, swapped, made)
    for alternatives, members in groups.items():
        column.take(alternatives, members, made)
    if swapped and not contract.column.identifies:
        made.doubts.append(_swap_in_words(contract, header, stored, groups))
    return made


Groups = dict[tuple[Reading, ...], list[_Alike]]


def _sorted_out(
    contract: ColumnContract, texts: Mapping[str, int], given: Given, made: Dated
) -> tuple[dict[str, int], Groups]:
    """Return the cells stored as dates and, by group of readings, the texts that one of them reads."""
    by_shape: dict[str, list[Reading]] = {}
    for reading in readings(contract):
        by_shape.setdefault(reading.shape, []).append(reading)
    groups: list[tuple[tuple[Reading, ...], dict[Days, _Alike]]] = [(tuple(some), {}) for some in by_shape.values()]
    stored: dict[str, int] = {}
    for text, cells in texts.items():
        if text.startswith(REAL_DATE):
            day = stored_day(text, given)
            made.converted[text] = Converted(day) if day else _UNREADABLE
            stored |= {text: cells} if day else {}
            continue
        written = plain(text)
        made.converted[text] = _UNREADABLE if written else Converted(None)
        for alternatives, members in groups if written else ():
            days = tuple([reading.day(written, given) for reading in alternatives])
            if any(days):
                alike = members.get(days) or members.setdefault(days, _Alike(days))
                alike.texts.append(text)
                alike.cells += cells
                break
    return stored, {alternatives: list(members.values()) for alternatives, members in groups if members}


@dataclass(frozen=True)
class _Column:
    """A date column of a file; `read` cells of it hold a date."""

    contract: ColumnContract
    header: str | None
    given: Given
    read: int

    def take(self, alternatives: tuple[Reading, ...], members: list[_Alike], made: Dated) -> None:
        """Decide one group of readings and convert its texts."""
        cells = sum(alike.cells for alike in members)
        exception = cells * MARGIN < self.read
        choice = _chosen(alternatives, members, self.given, declared=self.contract.options.era == "buddhist")
        unsettled = [alike for alike in members if self._is_unsettled(alike, choice.place, exception)]
        for alike in members:
            day = alike.days[choice.place or 0]
            made.converted |= dict.fromkeys(alike.texts, Converted(day) if day else _UNREADABLE)
        for alike in unsettled:
            made.converted |= dict.fromkeys(alike.texts, self._open())
        if choice.how == "declared" and _only_declared(alternatives[choice.left[0]], members, self.given):
            choice = choice._replace(supporting=0)
        words = " or ".join(dict.fromkeys(alternatives[place].words for place in choice.left))
        self._note(made, words, choice, cells, sum(alike.cells for alike in unsettled))
        if unsettled and choice.place is None and not exception and not self.contract.column.identifies:
            left = {place: alternatives[place].words for place in choice.left}
            made.doubts.append(_doubt_in_words(self.header or self.contract.name, left, members, self.given))

    def take_stored(self, stored: Mapping[str, int], swapped: bool, made: Dated) -> None:
        """Note the cells that the workbook stores as dates; one that it may have swapped is not settled."""
        unsettled = {t: n for t, n in stored.items() if swapped and _other_way(made.converted[t].value)}
        made.converted |= {text: self._open() for text in unsettled}
        cells = sum(stored.values())
        choice = _Choice((0,), "undecided", 0, 0) if swapped else _Choice((0,), "workbook_type", cells, 0)
        self._note(made, "date cells of the workbook", choice, cells, sum(unsettled.values()))

    def _is_unsettled(self, alike: _Alike, place: int | None, exception: bool) -> bool:
        if place is None:
            return len(set(alike.days)) > 1
        days = {day for day, fits in zip(alike.days, _fits(alike.days, self.given), strict=True) if fits}
        return exception and len(days) > 1

    def _open(self) -> Converted:
        """Return what becomes of a cell with two readings: a birth date is left out, and the row is kept."""
        left_out = self.contract.column.identifies and not self.contract.required
        return Converted(None, None if left_out else "date_ambiguous")

    def _note(self, made: Dated, reading: str, choice: _Choice, cells: int, unsettled: int) -> None:
        decided = choice.supporting + choice.contradicting
        sure = choice.supporting * 100 // decided if decided and choice.how != "undecided" else 0
        counts = (choice.supporting, choice.contradicting, cells, unsettled)
        made.evidence.append(Evidence(self.contract.name, self.header, reading, choice.how, sure, *counts))


def _fits(days: Days, given: Given) -> tuple[bool, ...]:
    """Return which readings a text can have been written in: those within the course, or any where none is."""
    inside = tuple(given.inside(day) for day in days)
    return inside if any(inside) else tuple(day is not None for day in days)


def _chosen(alternatives: Sequence[Reading], members: list[_Alike], given: Given, declared: bool) -> _Choice:
    """Return the reading that fewest deciding cells contradict; `declared`: the first era is meant unless they do."""
    patterns: Counter[tuple[bool, ...]] = Counter()
    for alike in members:
        patterns[_fits(alike.days, given)] += alike.cells
    deciding = {fits: cells for fits, cells in patterns.items() if not all(fits)}
    total = sum(deciding.values())
    against = [sum(cells for fits, cells in deciding.items() if not fits[i]) for i in range(len(alternatives))]
    best = [i for i, cells in enumerate(against) if cells == min(against)]
    if declared and not _agree(best, members):
        best = [i for i in best if alternatives[i].era == alternatives[0].era] or best
    contradicting = min(against)
    if contradicting and contradicting * MARGIN >= total:
        best = [i for i in range(len(alternatives)) if any(fits[i] for fits in deciding)]
    if not _agree(best, members):
        return _Choice(_different(best, members), "undecided", total - contradicting, contradicting)
    if not total:
        how = "declared" if len(alternatives) == 1 or declared else "every_reading"
        return _Choice((best[0],), how, sum(patterns.values()), 0)
    by_form = any(None in alike.days for alike in members)
    how = "unambiguous_rows" if by_form else "course_window"
    return _Choice((best[0],), how, total - contradicting, contradicting)


def _only_declared(reading: Reading, members: list[_Alike], given: Given) -> bool:
    """Return whether nothing but the declared format speaks against day and month in the other order.

    Nothing does where no course bounds the days, and the other order reads every cell too and some of them otherwise.
    """
    if given.window or not reading.numeric:
        return False
    other = Reading(_DAY_OR_MONTH.sub(lambda match: "%m" if match[1] == "d" else "%d", reading.form), reading.era)
    both = []
    for alike in members:
        text = plain(alike.texts[0])
        both.append((reading.day(text, given), other.day(text, given)))
    return all(swapped for _, swapped in both) and any(day != swapped for day, swapped in both)


def _agree(places: list[int], members: list[_Alike]) -> bool:
    return len(places) == 1 or all(len({alike.days[i] for i in places}) == 1 for alike in members)


def _different(places: list[int], members: list[_Alike]) -> tuple[int, ...]:
    """Return the readings without those that read every text as an earlier one does."""
    first: dict[tuple[dt.date | None, ...], int] = {}
    for place in places:
        first.setdefault(tuple(alike.days[place] for alike in members), place)
    return tuple(first.values())


def _other_way(day: object) -> dt.date | None:
    """Return the other day that a date has with day and month swapped."""
    if isinstance(day, dt.date) and day.day <= _MOST_OF_A_SWAP and day.day != day.month:
        return dt.date(day.year, day.day, day.month)
    return None


def _swapped(stored: Mapping[str, int], groups: Groups, given: Given) -> bool:
    """True when a spreadsheet set to another order may have swapped day and month of what it took for dates.

    It can have done so with days up to 12 only and leaves the others as texts: date cells with such days alone,
    beside texts with none of them. Where swapping back would lead out of the course, it has not.
    """
    typed = [alike for readings_, members in groups.items() if readings_[0].numeric for alike in members]
    stored_days = [day for text in stored if (day := stored_day(text, given))]
    early = [day for alike in typed for day in alike.days if day and day.day <= _MOST_OF_A_SWAP]
    if not typed or early or any(day.day > _MOST_OF_A_SWAP for day in stored_days):
        return False
    return any(other and given.inside(other) for other in map(_other_way, stored_days))


def _swap_in_words(contract: ColumnContract, header: str | None, stored: Mapping[str, int], groups: Groups) -> FileHeld:
    day = min(day for text in stored if (day := stored_day(text, Given())) and _other_way(day))
    texts = sum(alike.cells for readings_, members in groups.items() if readings_[0].numeric for alike in members)
    found = f"{sum(stored.values())} date cells, all with days 1 to 12, beside {texts} texts, all with later days"
    return DatesSwapped(
        f"column {(header or contract.name)!r}",
        f"{found}: a spreadsheet may have swapped day and month, so that {day} is {_other_way(day)}",
        "date cells alone, or texts alone",
        "write all dates of the column as texts such as 2024-05-31, or all as dates, and check days 1 to 12",
    )


def _doubt_in_words(header: str, left: Mapping[int, str], members: list[_Alike], given: Given) -> FileHeld:
    """Say which readings are left, how many cells each explains alone, and a day that shows the difference."""
    fits = [([place for place in left if _fits(alike.days, given)[place]], alike.cells) for alike in members]
    alone = {place: sum(cells for places, cells in fits if places == [place]) for place in left}
    names = " or ".join(dict.fromkeys(words + _by(alone[place]) for place, words in left.items()))
    days = {tuple(alike.days[place] for place in left) for alike in members}
    shown = min((d for d in days if len(set(d)) > 1), key=lambda d: (d.count(None), [day or dt.date.min for day in d]))
    examples = " or ".join(str(day) for day in dict.fromkeys(shown) if day)
    return DatesUncertain(
        f"column {header!r}",
        f"dates that can be {names}; one of them is {examples}",
        "one way of writing dates, which the file itself shows",
        "write dates as 2024-05-31, or tell the keeper which way is meant",
    )


def _by(alone: int) -> str:
    return f" ({alone} cells can be nothing else)" if alone else ""
