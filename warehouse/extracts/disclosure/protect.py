"""Marks as suppressed what is too small to show, and what would give it away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pyarrow as pa
import pyarrow.compute as pc

from warehouse.contract.agreement import Disclosure
from warehouse.extracts.disclosure.attack import Attack
from warehouse.extracts.disclosure.audit import endangered, exposed, relate, watched
from warehouse.extracts.disclosure.cells import SUPPRESSED, rows_of
from warehouse.extracts.disclosure.issued import Issued
from warehouse.extracts.disclosure.relations import Facts
from warehouse.extracts.disclosure.stories import TOTAL

# What a suppressed figure no longer says; targets and baselines are the agreement's own.
EMPTIED = (
    "value",
    "numerator",
    "denominator",
    "not_met",
    "undecided",
    "persons",
    "n_pre",
    "n_post",
    "n_matched",
    "strict",
    "lenient",
    "share_of_target",
    "note",
)
_COST_OF_DEPTH = (TOTAL, 100.0, 10.0, 1.0)  # a figure counted by more dimensions is missed less
_UNCHANGED = 10 * TOTAL  # who knows an earlier issue may suppose that a figure it shows has not changed


@dataclass(frozen=True)
class Protected:
    """A table that may be shown.

    Attributes:
        figures: The table; suppressed figures are empty, and nothing says why one is.
        primary: How many figures count too few people themselves.
        complementary: How many others are suppressed because they would give away one of those, or a difference.
        exposed: Suppressed figures and differences that what was issued before gives away all the same.
    """

    figures: pa.Table
    primary: int
    complementary: int
    exposed: int

    def counts(self) -> dict[str, int]:
        """Return the numbers for a report."""
        return {"primary": self.primary, "complementary": self.complementary, "exposed": self.exposed}


def protect(issue: Issued, history: Sequence[Issued], rule: Disclosure, complementary: bool = True) -> Protected:
    """Return an issue's table with everything suppressed that must be.

    Args:
        issue: The issue as computed, nothing suppressed.
        history: Everything ever issued, as issued, in that order, of all funders.
        rule: Minimum and width, such as :func:`strictest` of all agreements.
        complementary: Off, only small figures are suppressed; for tests of the attacker.
    """
    related = [one for one in history if _shares_facts(one, issue)]
    shield = _Shield(issue, related, rule)
    shield.hide_small()
    primary = len(shield.hidden)
    if not complementary:
        return Protected(_emptied(issue.figures, shield.hidden), primary, 0, 0)
    shield.hide_until_safe()
    figures = _emptied(issue.figures, shield.hidden)
    # Looked at once more with nothing remembered, as a reader would who has only what was issued.
    unsafe = exposed([*related, replace(issue, figures=figures)], rule)
    return Protected(figures, primary, len(shield.hidden) - primary, unsafe)


def _shares_facts(one: Issued, other: Issued) -> bool:
    """Return whether two extracts count rows of the same partner; otherwise neither says anything of the other."""
    return not set(one.terms.partners).isdisjoint(other.terms.partners)


class _Shield:
    """The rows of all issues, of which those of the last may be hidden."""

    def __init__(self, issue: Issued, history: Sequence[Issued], rule: Disclosure) -> None:
        self._issues, self._rule, self._fluid = [*history, issue], rule, len(history)
        self._past = [row for source, one in enumerate(history) for row in rows_of(source, one)]
        self._rows = list(rows_of(self._fluid, issue))
        self.hidden: set[int] = set()

    def hide_small(self) -> None:
        """Hide the figures that count, or look at, fewer people than the minimum."""
        facts = self._facts()
        for number, shown in facts.shown.items():
            if shown.is_people and shown.value is not None and 0 < shown.value < self._rule.minimum:
                self.hidden.update(row.place for row in facts.observers[number] if row.source == self._fluid)

    def hide_until_safe(self) -> None:
        """Hide more until the attacker finds nothing that hiding could still protect.

        Each round looks at what a reader would see after the round before, for hiding a figure may take away what
        contradicts a supposition. Every round but the last hides something, so it ends.
        """
        while True:
            facts = self._facts()
            before = len(self.hidden)
            self._round(facts, Attack(facts.knowledge))
            if len(self.hidden) == before:
                return

    def _facts(self) -> Facts:
        rows = [row.suppressed() if row.place in self.hidden else row for row in self._rows]
        return relate([*self._past, *rows], self._issues, self._fluid, self._rule)

    def _round(self, facts: Facts, attack: Attack) -> None:
        prices = _Prices(facts, self._fluid)
        watches = list(watched(facts))
        attack.spread([number for watch in watches for number in watch.numbers], self._rule.width)
        waiting = [numbers for watch in watches if (numbers := endangered(attack, watch, self._rule))]
        for numbers in waiting:
            if any(attack.looks_wide(number, self._rule.width) for number in numbers):
                continue  # by what was hidden for another
            stories = (attack.widen(number, self._rule.width, prices) for number in numbers)
            story = next((story for story in stories if story), None)
            if story:
                self._hide(facts, attack, story.hide)
                attack.witness(story)

    def _hide(self, facts: Facts, attack: Attack, numbers: Sequence[int]) -> None:
        """Hide every figure that shows one of the numbers, and what then no figure shows."""
        hidden = []
        for row in (row for number in numbers for row in facts.observers[number]):
            if row.place not in self.hidden:
                self.hidden.add(row.place)
                hidden.append(row)
        for number in (number for row in hidden for number in facts.numbers_of[row.source, row.place]):
            if all(row.hidden or row.place in self.hidden for row in facts.observers[number]):
                attack.hide(number)


class _Prices:
    """What it costs to hide a number: all the figures that show it."""

    def __init__(self, facts: Facts, fluid: int) -> None:
        self._facts, self._fluid = facts, fluid
        self._found: dict[int, float | None] = {}

    def __call__(self, number: int) -> float | None:
        if number not in self._found:
            self._found[number] = self._price(number)
        return self._found[number]

    def _price(self, number: int) -> float | None:
        rows = [row for row in self._facts.observers.get(number, ()) if not row.hidden]
        if not rows or any(row.source != self._fluid or not row.has_people for row in rows):
            return None
        first = min(row.place for row in rows)
        cost = sum(_COST_OF_DEPTH[min(row.depth, 3)] for row in rows) * (1 + first * 1e-6)  # of equals, the first
        return cost + (_UNCHANGED if number in self._facts.unchanged else 0)


def _emptied(figures: pa.Table, hidden: set[int]) -> pa.Table:
    mask = pa.array([place in hidden for place in range(figures.num_rows)])
    for name in EMPTIED:
        index = figures.schema.get_field_index(name)
        column = figures.column(name)
        emptied = pc.if_else(mask, pa.scalar(None, column.type), column)
        figures = figures.set_column(index, figures.schema.field(name), emptied)
    index = figures.schema.get_field_index("status")
    status = pc.if_else(mask, SUPPRESSED, figures.column("status"))
    return figures.set_column(index, figures.schema.field("status"), status)
