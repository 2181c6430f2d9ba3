"""Which formats a column's dates are written in, and what speaks for each."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from warehouse.ingest.days import Given, Reading, plain
from warehouse.readers.raw import REAL_DATE

_DAYS_FIRST = ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%y", "%d-%m-%y", "%d.%m.%y")
_MONTHS_FIRST = ("%m/%d/%Y", "%m-%d-%Y", "%m.%d.%Y", "%m/%d/%y", "%m-%d-%y", "%m.%d.%y")
_CLEAR = (
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%d %B %Y",
    "%d %b %Y",
    "ថ្ងៃទី%d ខែ%B ឆ្នាំ%Y",
    "ថ្ងៃទី %d ខែ %B ឆ្នាំ %Y",
    "%d-%b-%Y",
    "%d-%b-%y",
    "%B %d, %Y",
    "%b %d, %Y",
)
_TIMES = (
    "",
    " %H:%M",
    " %H:%M:%S",
    "T%H:%M:%S",
    " %I:%M %p",
    " %I:%M:%S %p",
    "T%H:%M:%S%z",
    "T%H:%M:%S.%f%z",
    " %I:%M:%S %p %z",
)
_FORMATS = tuple(form + time for time in _TIMES for form in (*_CLEAR, *_DAYS_FIRST, *_MONTHS_FIRST))
_PLAUSIBLE = range(1930, 2101)


@dataclass(frozen=True)
class Dates:
    """How a column writes dates.

    Attributes:
        formats: What reads its texts; empty where all are real dates of a workbook.
        buddhist: Years are of the Buddhist era.
        first: The first day among them, or None.
        last: The last one.
        doubts: What the texts leave open.
        share: Texts that are read, of those that are not blank.
    """

    formats: tuple[str, ...]
    buddhist: bool
    first: dt.date | None
    last: dt.date | None
    doubts: tuple[str, ...]
    share: float


def read_dates(texts: Sequence[str], month: str | None = None) -> Dates:
    """Return how dates are written.

    Args:
        texts: The column's different texts.
        month: The month the file's name tells, as 2024-05: it decides between two readings.
    """
    real = [dt.date.fromisoformat(text[1:11]) for text in texts if text.startswith(REAL_DATE)]
    written = [folded for text in texts if not text.startswith(REAL_DATE) and (folded := plain(text))]
    read = {form: found for form in _FORMATS if (found := _read(written, form))}
    chosen, doubts = _choose(read, month)
    unread = [text for text in written if not any(text in read[form] for form in chosen)]
    days = [*real, *(read[form][text] for form in reversed(chosen) for text in read[form])]
    total = len(real) + len(written)
    years = [year for text in written for year in re.findall(r"(?<!\d)2[45]\d\d(?!\d)", text)]
    buddhist = len(years) * 2 > len(written) > 0
    if buddhist:
        doubts.append("years are of the Buddhist era: 543 ahead, or (era: visakha) 544 from Visakha Bochea on?")
    if unread and total:
        doubts.append(f"{len(unread)} of {total} different texts are read by no format")
    share = (total - len(unread)) / total if total else 0.0
    return Dates(tuple(chosen), buddhist, min(days, default=None), max(days, default=None), tuple(doubts), share)


def _read(texts: Sequence[str], form: str) -> dict[str, dt.date]:
    """Return the texts a format reads, in the common era or else in the Buddhist one."""
    eras = [Reading(form, era) for era in ("common", "buddhist")]
    found = {
        text: next((d for e in eras if (d := e.day(text, Given())) and d.year in _PLAUSIBLE), None) for text in texts
    }
    return {text: day for text, day in found.items() if day}


def _choose(read: dict[str, dict[str, dt.date]], month: str | None) -> tuple[list[str], list[str]]:
    """Return the fewest formats that read the most, and what is left open between two orders of day and month."""
    chosen: list[str] = []
    doubts: list[str] = []
    done: set[str] = set()
    while new := {form: len(days.keys() - done) for form, days in read.items() if days.keys() - done}:
        best = max(
            new, key=lambda form: (new[form], _in_month(read[form], month), -_span(read[form]), -_FORMATS.index(form))
        )
        other = _turned(best)
        if other in read and read[other].keys() >= read[best].keys() and not chosen:
            doubts.append(f"every date reads as {best} and as {other}: {_why(read[best], read[other], month)}")
        elif other in chosen:
            doubts.append(
                f"{new[best]} dates are written {best}, others {other}: those that read both ways are refused"
            )
        chosen.append(best)
        done |= read[best].keys()
    return chosen, doubts


def _why(best: dict[str, dt.date], other: dict[str, dt.date], month: str | None) -> str:
    """Return what speaks for one of two readings."""
    if _in_month(best, month) > _in_month(other, month):
        return f"the first gives more days of {month}, which is in the file's name"
    if _span(best) < _span(other):
        return f"the first puts them within {_span(best) + 1} days, the second within {_span(other) + 1}"
    return "nothing decides, ask the partner"


def _span(days: dict[str, dt.date]) -> int:
    return (max(days.values()) - min(days.values())).days


def _turned(form: str) -> str:
    """Return the format with day and month in the other order."""
    return form.replace("%d", "\0").replace("%m", "%d").replace("\0", "%m") if form[:2] in ("%d", "%m") else ""


def _in_month(days: dict[str, dt.date], month: str | None) -> int:
    return sum(day.strftime("%Y-%m") == month for day in days.values())
