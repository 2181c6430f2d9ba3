"""One extract as it was issued, and which facts it speaks of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from warehouse.contract.agreement import Completion, Disclosure, Terms
from warehouse.contract.periods import Period

# What needs no rule of completion: it means the same for two funders who disagree on who is trained.
_ATTENDANCE = frozenset({"persons_reached", "contact_hours"})


@dataclass(frozen=True)
class Issued:
    """The result table of one issue.

    Attributes:
        funder: Id of the agreement.
        period: The period it reports.
        issue: 1, 2, 3 … within funder and period; a new one is one more than the last.
        terms: The version of the agreement it was computed by.
        figures: With the schema FIGURES. As issued, what is suppressed is null.
    """

    funder: str
    period: Period
    issue: int
    terms: Terms
    figures: pa.Table

    def span(self, window: str) -> tuple[date, date]:
        """Return first and last day of a window, both included."""
        first = self.period.starts_on if window == "period" else self.terms.cumulative_from
        return first, self.period.ends_on

    def scope(self, quantity: str) -> Scope:
        """Return which facts a quantity of this extract is counted from, and how."""
        terms = self.terms
        ruled = quantity not in _ATTENDANCE
        year = terms.fiscal_year.starts_month if ruled and terms.unique == "fiscal_year" else None
        people = terms.population
        return Scope(
            frozenset(terms.programmes),
            frozenset(terms.partners),
            people.officers_only,
            frozenset(people.categories),
            terms.completion if ruled else None,
            terms.unique if ruled else None,
            year,
        )


@dataclass(frozen=True)
class Scope:
    """Which facts are counted, and by which rule.

    Attributes:
        programmes: Ids, as the agreement names them.
        partners: Ids.
        officers_only: Whether only officers count.
        categories: The categories that count; empty for all.
        completion: Who counts as trained; None where that does not matter.
        unique: How often a person counts; None likewise.
        year_starts_month: Where a person counts once a year.
    """

    programmes: frozenset[str]
    partners: frozenset[str]
    officers_only: bool
    categories: frozenset[str]
    completion: Completion | None
    unique: str | None
    year_starts_month: int | None

    def within(self, other: Scope) -> bool:
        """Return whether everybody counted here is counted there too."""
        everybody = not other.officers_only and not other.categories
        people = (self.officers_only, self.categories) == (other.officers_only, other.categories) or everybody
        named = bool(self.categories) and bool(other.categories) and self.categories <= other.categories
        return (
            (self.completion, self.unique, self.year_starts_month)
            == (other.completion, other.unique, other.year_starts_month)
            and self.programmes <= other.programmes
            and self.partners <= other.partners
            and (people or named)
        )


def strictest(rules: Iterable[Disclosure]) -> Disclosure:
    """Return the rule that keeps every one of the given.

    Two funders may receive the same facts: a figure that one agreement hides and another shows is not hidden.
    """
    found = list(rules)
    return Disclosure(minimum=max(r.minimum for r in found), width=max(r.width for r in found))
