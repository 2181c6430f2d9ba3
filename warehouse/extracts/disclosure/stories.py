"""What else must be hidden so that one hidden number cannot be reckoned narrowly, at the least cost to readers.

It is found as a *story*: an assignment of all numbers in which everything that stays shown is true, the endangered
number lies far enough from where the attacker puts it, and the figures that depart from the truth cost as little as
possible. Hiding those figures makes the story possible, so the number's bounds are then wide by construction. Totals
may depart only where no other story exists.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from warehouse.extracts.disclosure.attack import Attack
from warehouse.extracts.disclosure.knowledge import TOLERANCE, Knowledge

# How many figures away a story may reach at first. Two close a cycle through rows and columns.
_REACH = 2
# What a unit costs by which a story departs from a total. Stories without one cost less, however far they reach.
TOTAL = 1e6
_GAP = 0.01  # a story that costs at most one part in a hundred more than the cheapest is good enough


@dataclass(frozen=True)
class Story:
    """An assignment in which everything is true that stays shown.

    Attributes:
        hide: The known numbers that depart from the truth in it.
        numbers: All it speaks of.
        values: Of these.
        cost: Of all departures.
    """

    hide: list[int]
    numbers: list[int]
    values: list[float]
    cost: float


def widen(attack: Attack, number: int, width: float, price: Callable[[int], float | None]) -> Story | None:
    """Return which known numbers to hide so that the bounds of one are more than `width` apart.

    Args:
        attack: Knows the present bounds of the number; nothing is hidden here.
        number: The endangered number.
        width: In the number's own unit.
        price: Of each unit by which a story departs from a known number; None where it must not be hidden.

    Returns:
        The cheapest story; None where nothing that may be hidden helps.
    """
    if attack.knowledge.known[number] is not None and price(number) is None:
        return None
    interval = attack.interval(number)
    targets: list[tuple[float, float]] = []
    if interval.low is not None:
        targets.append((math.floor(interval.low + width) + 1, math.inf))
    if interval.high is not None:
        targets.append((-math.inf, math.ceil(interval.high - width) - 1))
    found: list[Story] = []
    for reach in (_REACH, None):
        region = _Region(attack.knowledge, number, price, reach)
        found += [story for target in targets if (story := region.cheapest(number, *target))]
        if region.is_whole or (found and min(story.cost for story in found) < TOTAL):
            break
    return min(found, key=lambda story: story.cost, default=None)


class _Region:
    """The hidden numbers and those that may be hidden, as far as laws reach from one number."""

    def __init__(
        self, knowledge: Knowledge, start: int, price: Callable[[int], float | None], reach: int | None
    ) -> None:
        self._knowledge = knowledge
        self._numbers, self._rows, self._laws = [start], {start: 0}, list[int]()
        self._costs: dict[int, float] = {}
        self.is_whole = True  # nothing lies beyond its reach
        if knowledge.known[start] is not None:
            self._costs[start] = price(start) or 0.0
        self._grow(price, reach)

    def _grow(self, price: Callable[[int], float | None], reach: int | None) -> None:
        knowledge, seen = self._knowledge, set[int]()
        hops = {self._numbers[0]: 0}
        for current in self._numbers:
            for index in knowledge.laws_of(current):
                if index in seen:
                    continue
                seen.add(index)
                self._laws.append(index)
                for other, _ in knowledge.laws[index].terms:
                    if other in self._rows:
                        continue
                    cost = None if knowledge.known[other] is None else price(other)
                    if cost is None and knowledge.known[other] is not None:
                        continue
                    if cost is not None and reach is not None and hops[current] >= reach:
                        self.is_whole = False
                        continue
                    hops[other] = hops[current] + (cost is not None)
                    self._rows[other] = len(self._numbers)
                    self._numbers.append(other)
                    if cost is not None:
                        self._costs[other] = cost

    def cheapest(self, number: int, low: float, high: float) -> Story | None:
        """Return the cheapest story where a number lies within bounds; None where there is none."""
        knowledge, size = self._knowledge, len(self._numbers)
        priced = [other for other in self._numbers if other in self._costs and other != number]
        whole = np.array([knowledge.whole[other] for other in self._numbers] + [False] * len(priced), int)
        lower = np.array([knowledge.lower[other] for other in self._numbers] + [0.0] * len(priced))
        upper = np.full(size + len(priced), np.inf)
        lower[0], upper[0] = max(lower[0], low), high
        if lower[0] > upper[0]:
            return None
        costs = np.concatenate([np.zeros(size), [self._costs[other] for other in priced]])
        limits = {"bounds": Bounds(lower, upper), "constraints": self._constraints(priced)}
        solved = milp(costs, **limits)
        if solved.x is not None and np.abs(solved.x - np.round(solved.x))[whole == 1].max(initial=0) > TOLERANCE:
            solved = milp(costs, integrality=whole, options={"mip_rel_gap": _GAP}, **limits)
        if solved.x is None:
            return None
        story = np.where(whole == 1, np.round(solved.x), solved.x)[:size].tolist()
        departing = [
            other
            for other, value in zip(self._numbers, story, strict=True)
            if other in self._costs and abs(value - _value(knowledge, other)) > TOLERANCE
        ]
        return Story(departing, self._numbers, story, float(solved.fun))

    def _constraints(self, priced: list[int]) -> LinearConstraint:
        """Return the laws of the region, and for each priced number that its departure is paid."""
        entries: list[tuple[int, int, float]] = []
        low, high = [], []
        for row, index in enumerate(self._laws):
            law, rest = self._knowledge.laws[index], 0.0
            for other, coefficient in law.terms:
                if other in self._rows:
                    entries.append((row, self._rows[other], coefficient))
                else:
                    rest += coefficient * _value(self._knowledge, other)
            low.append(law.low - rest)
            high.append(law.high - rest)
        for place, other in enumerate(priced):
            paid = len(self._rows) + place
            for sign in (1, -1):  # paid >= ±(number - truth)
                entries += [(len(low), paid, 1.0), (len(low), self._rows[other], -sign)]
                low.append(-sign * _value(self._knowledge, other))
                high.append(math.inf)
        rows, columns, values = zip(*entries, strict=True)
        shape = (len(low), len(self._rows) + len(priced))
        return LinearConstraint(csr_array((np.array(values, float), (rows, columns)), shape=shape), low, high)


def _value(knowledge: Knowledge, number: int) -> float:
    value = knowledge.known[number]
    if value is None:
        raise ValueError(f"number {number} is hidden")
    return value
