"""The periods an agreement reports: quarters, halves and years of the funder's own year.

`FY2013` is the year that begins (or, by the agreement, ends) in 2013, `FY2013-Q3` its third quarter, `FY2013-H1` its
first half.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar

from warehouse.contract.agreement import Agreement, FiscalYear, Terms
from warehouse.errors import TerminalError

_PERIOD = re.compile(r"FY(?P<year>\d{4})(?:-(?P<kind>[QH])(?P<number>[1-4]))?")
_LENGTH = {"quarter": ("Q", 3), "half": ("H", 6), "year": ("", 12)}


class PeriodUnknown(TerminalError):
    """The agreement has no such period."""

    code: ClassVar[str] = "SALA-X003"
    title: ClassVar[str] = "The agreement has no such period"


@dataclass(frozen=True)
class Period:
    """One period, both days included.

    Attributes:
        id: Such as `FY2013-Q3`.
        fiscal_year_starts_on: First day of the funder's year it lies in.
    """

    id: str
    starts_on: date
    ends_on: date
    fiscal_year_starts_on: date


def find_period(agreement: Agreement, text: str) -> tuple[Terms, Period]:
    """Return a period by its id, and the version of the agreement in force on its first day.

    Raises:
        PeriodUnknown: It is none, or lies before or after the agreement.
    """
    for terms in reversed(agreement.versions):
        period = _parse(terms, text)
        if period and agreement.in_force(period.starts_on) is terms:
            return terms, period
    last = agreement.versions[-1]
    raise PeriodUnknown(
        where=f"agreement {agreement.id}",
        found=repr(text[:40]),
        expected=f"a {last.periods} such as {_example(agreement)}, {_span(agreement)}",
        action=f"name one of them: sala extract {agreement.id} {_example(agreement)}",
    )


def ended_periods(agreement: Agreement, today: date) -> list[tuple[Terms, Period]]:
    """Return every period that is due on a day, the earliest first: ended, and as long ago as its calendar says."""
    due = []
    for terms in agreement.versions:
        for period in _all(terms, today):
            late_enough = period.ends_on + timedelta(days=terms.calendar.days_after_period_end) < today
            if late_enough and agreement.in_force(period.starts_on) is terms:
                due.append((terms, period))
    return due


def earlier_periods(terms: Terms, period: Period) -> list[Period]:
    """Return the periods since `cumulative_from` that end before this one begins, the earliest first."""
    return [one for one in _all(terms, period.starts_on) if one.ends_on < period.starts_on]


def _all(terms: Terms, until: date) -> Iterator[Period]:
    first = min(terms.starts_on, terms.cumulative_from)
    for year in range(first.year - 1, until.year + 2):
        for number in range(1, 12 // _LENGTH[terms.periods][1] + 1):
            period = _period(terms, year, number)
            if first <= period.starts_on <= until:
                yield period


def _parse(terms: Terms, text: str) -> Period | None:
    found = _PERIOD.fullmatch(text.strip().upper())
    kind, months = _LENGTH[terms.periods]
    if not found or (found["kind"] or "") != kind:
        return None
    number = int(found["number"] or 1)
    return _period(terms, int(found["year"]), number) if number <= 12 // months else None


def _period(terms: Terms, label: int, number: int) -> Period:
    kind, months = _LENGTH[terms.periods]
    starts = _year_start(terms.fiscal_year, label)
    first, after = _plus(starts, (number - 1) * months), _plus(starts, number * months)
    name = f"FY{label}" + (f"-{kind}{number}" if kind else "")
    return Period(name, first, after - timedelta(days=1), starts)


def _year_start(year: FiscalYear, label: int) -> date:
    begins = label - 1 if year.label == "end" and year.starts_month > 1 else label
    return date(begins, year.starts_month, 1)


def _plus(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def _span(agreement: Agreement) -> str:
    first = f"from {agreement.versions[0].starts_on}"
    return f"{first} to {agreement.ends_on}" if agreement.ends_on else f"{first} on"


def _example(agreement: Agreement) -> str:
    terms = agreement.versions[-1]
    periods = _all(terms, date(terms.starts_on.year + 2, 1, 1))
    return next(period for period in periods if period.starts_on >= terms.starts_on).id
