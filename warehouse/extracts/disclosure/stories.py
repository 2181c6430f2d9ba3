"""A story retold: what else must be otherwise so that one number is, at the least cost to readers.

A *story* is an assignment in which all that was issued is true. Retold, the endangered number moves far enough from
where the attacker puts it, others move so that every law stays true, and the figures that depart from the truth cost as
little as possible. Hiding those figures makes the new story possible, so the number's bounds are then wide by
construction. Totals depart only where no other story exists.

A story is retold law by law: at first only the laws of the endangered number count, then those too that the answer
breaks, until it breaks none. So the question stays about as small as its answer, however much hangs together, and the
answer is the cheapest all the same.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, hstack

from warehouse.extracts.disclosure.knowledge import TOLERANCE, Knowledge

# What a unit costs by which a story departs from a total. Stories without one cost less, however far they reach.
TOTAL = 1e6
_HIDDEN = 1e-6  # nobody misses a hidden number, but a story that leaves most of them alone is found sooner
_GAP = 0.01  # a story that costs at most one part in a hundred more than the cheapest is good enough

# What a unit costs by which a story departs from a known number; None where it must not.
Price = Callable[[int], float | None]


@dataclass(frozen=True)
class Story:
    """A value of every number, in which every law is true.

    Attributes:
        values: Of each number.
        sums: What the terms of each law add up to.
    """

    values: np.ndarray
    sums: np.ndarray


@dataclass(frozen=True)
class Retold:
    """What is otherwise than in the story that was retold.

    Attributes:
        values: Of the numbers that are otherwise.
        hide: Those of them that are known.
        cost: Of all departures.
    """

    values: Mapping[int, float]
    hide: list[int]
    cost: float


def retell(knowledge: Knowledge, story: Story, price: Price, number: int, target: tuple[float, float]) -> Retold | None:
    """Return the cheapest story in which a number lies within bounds that its value in the given story is outside of.

    Args:
        knowledge: What is known.
        story: In which it is true.
        price: Of departures.
        number: The number to move.
        target: Its bounds.

    Returns:
        None where there is no such story.
    """
    question = _Question(knowledge, story, price, number)
    while (moves := question.answer(target)) is not None:
        moved = {n: by for n, by in zip(question.costs, moves.tolist(), strict=True) if abs(by) > TOLERANCE}
        broken = question.broken(moved)
        if not broken:
            cost = math.fsum(question.costs[n] * abs(by) for n, by in moved.items())
            values = {n: float(story.values[n]) + by for n, by in moved.items()}
            return Retold(values, [n for n in moved if knowledge.known[n] is not None], cost)
        for law in broken:
            question.heed(law)
    return None


class _Question:
    """Which numbers must move how far, as far as some of the laws are heeded."""

    def __init__(self, knowledge: Knowledge, story: Story, price: Price, start: int) -> None:
        self._knowledge, self._story, self._price = knowledge, story, price
        self.costs: dict[int, float] = {}  # of a unit, of the numbers that may move, in the order of the columns
        self._places: dict[int, int] = {}
        self._heeded = set[int]()
        self._entries: list[tuple[int, int, float]] = []
        self._bounds: list[tuple[float, float]] = []
        self._may_move(start)
        for law in knowledge.laws_of(start):
            self.heed(law)

    def heed(self, index: int) -> None:
        """Add a law: how far its numbers may move together."""
        law, total = self._knowledge.laws[index], self._story.sums[index]
        row = len(self._bounds)
        self._heeded.add(index)
        self._bounds.append((law.low - total, law.high - total))
        self._entries += [(row, self._places[n], coefficient) for n, coefficient in law.terms if self._may_move(n)]

    def _may_move(self, number: int) -> bool:
        if number not in self._places:
            cost = _HIDDEN if self._knowledge.known[number] is None else self._price(number)
            if cost is None:
                return False
            self._places[number] = len(self.costs)
            self.costs[number] = cost
        return True

    def broken(self, moved: Mapping[int, float]) -> list[int]:
        """Return the laws that moves break."""
        by: dict[int, float] = defaultdict(float)
        for number in moved:
            for law in self._knowledge.laws_of(number):
                if law not in self._heeded and law not in by:
                    by[law] = math.fsum(c * moved[n] for n, c in self._knowledge.laws[law].terms if n in moved)
        sums, laws = self._story.sums, self._knowledge.laws
        return [i for i in by if not laws[i].low - TOLERANCE <= sums[i] + by[i] <= laws[i].high + TOLERANCE]

    def answer(self, target: tuple[float, float]) -> np.ndarray | None:
        """Return how far each number moves at the least cost, the first one into its target; None where none can.

        Each number has two columns: how far it moves up, and how far down.
        """
        numbers, size = list(self.costs), len(self.costs)
        values = self._story.values[numbers]
        least, most = np.zeros(2 * size), np.full(2 * size, np.inf)
        most[size:] = values - np.array([self._knowledge.lower[n] for n in numbers])
        if values[0] < target[0]:
            least[0], most[size] = target[0] - values[0], 0
        else:
            least[size], most[0] = values[0] - target[1], 0
        if least[size] > most[size]:
            return None
        low, high = np.array(self._bounds, float).reshape(-1, 2).T
        rows, columns, entries = np.array(self._entries, float).reshape(-1, 3).T
        matrix = csr_array((entries, (rows.astype(int), columns.astype(int))), shape=(len(low), size))
        laws = LinearConstraint(hstack([matrix, -matrix], format="csr"), low, high) if len(low) else ()
        limits = {"bounds": Bounds(least, most), "constraints": laws}
        costs = np.tile(list(self.costs.values()), 2)
        whole = np.tile([self._knowledge.whole[n] for n in numbers], 2)
        solved = milp(costs, **limits)
        if solved.x is not None and is_broken_up(solved.x, whole):
            solved = milp(costs, integrality=whole, options={"mip_rel_gap": _GAP}, **limits)
        if solved.x is None:
            return None
        up, down = np.split(np.where(whole, np.round(solved.x), solved.x), 2)
        moves: np.ndarray = up - down
        return moves


def is_broken_up(values: np.ndarray, whole: np.ndarray) -> bool:
    """Return whether a number that counts something is none in a solution."""
    return bool(np.abs(values - np.round(values))[whole].max(initial=0) > TOLERANCE)
