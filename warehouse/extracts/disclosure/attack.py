"""The attacker: an exact solver that reckons between which bounds a hidden number must lie.

    bounds drawn law by law ── what is narrow there is narrow
    stories ── what two of them put far enough apart is wide
    integer programming within a component ── decides the rest

A *story* is an assignment in which all that was issued is true (HiGHS, through `scipy.optimize.milp`). It is a witness
for every number in it, and stays one when more is hidden.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import LinearConstraint, milp

from warehouse.extracts.disclosure.bounds import Laws, Span, telling, tighten
from warehouse.extracts.disclosure.components import Component, Components
from warehouse.extracts.disclosure.contradictions import given_up
from warehouse.extracts.disclosure.knowledge import TOLERANCE, Knowledge
from warehouse.extracts.disclosure.stories import Price, Retold, Story, is_broken_up, retell

_INFEASIBLE = 2


@dataclass(frozen=True)
class Interval:
    """Bounds, both included, between which a number must lie; None where nothing bounds it."""

    low: float | None
    high: float | None

    @property
    def extent(self) -> float:
        """How far apart the bounds are."""
        return math.inf if self.low is None or self.high is None else self.high - self.low


class Attack:
    """Answers questions about hidden numbers.

    Args:
        knowledge: What is known. Hiding a number of it later makes every interval wider or leaves it.
    """

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self._whole = np.array(knowledge.whole, bool)
        values = [abs(value) for value in knowledge.known if value is not None]
        self._cap = 4 * max(values, default=0) + 10_000  # stands for "without bound", beyond all that was issued
        self._laws = Laws.of(knowledge)
        self._seen = Span(np.full(len(self._whole), np.inf), np.full(len(self._whole), -np.inf))
        self._components: Components | None = None
        self._story: Story | None = None
        self._intervals: dict[int, Interval] = {}

    def hide(self, number: int) -> None:
        """Take a known number from the reader's knowledge."""
        if self.knowledge.known[number] is not None:
            self.story()  # true as before: the number keeps its value there
            self.knowledge.known[number] = None
            self._components = None
            self._intervals.clear()

    def interval(self, number: int) -> Interval:
        """Return the exact bounds of a number."""
        if number not in self._intervals:
            self.story()
            self._intervals[number] = self._interval(self._extreme(number, 1), self._extreme(number, -1))
        return self._intervals[number]

    def outer(self, number: int) -> Interval:
        """Return bounds of a number that need no solver, and may be further apart than the exact ones."""
        return self._interval(*(float(bound[number]) for bound in self.components().span))

    def _interval(self, low: float, high: float) -> Interval:
        return Interval(low if low > -self._cap else None, high if high < self._cap else None)

    def is_wide(self, number: int, width: float) -> bool:
        """Return whether the bounds of a number are more than `width` apart."""
        if self.looks_wide(number, width):
            return True
        return self.interval(number).extent > width + TOLERANCE

    def looks_wide(self, number: int, width: float) -> bool:
        """Return whether two stories told already put a number more than `width` apart."""
        return bool(self._seen.high[number] - self._seen.low[number] > width + TOLERANCE)

    def widen(self, number: int, width: float, price: Price) -> Retold | None:
        """Return the cheapest story that puts a number more than `width` from where another one does.

        Args:
            number: Its index.
            width: In the number's own unit.
            price: Of departures from known numbers, which have to be hidden then; nothing is hidden here.

        Returns:
            None where none is found; then nothing that has a price helps.
        """
        story = self.story()
        if self.knowledge.known[number] is not None and price(number) is None:
            return None
        low, high = (float(bound[number]) for bound in self._seen)
        targets = (math.floor(low + width) + 1, math.inf), (-math.inf, math.ceil(high - width) - 1)
        found = (retell(self.knowledge, story, price, number, target) for target in targets)
        return min((retold for retold in found if retold), key=lambda retold: retold.cost, default=None)

    def witness(self, retold: Retold) -> None:
        """Take note of a story that is true, or is now that what departs in it is hidden."""
        self._witness(np.array(list(retold.values)), np.array(list(retold.values.values())))

    def _witness(self, numbers: np.ndarray, values: np.ndarray) -> None:
        self._seen.low[numbers] = np.minimum(self._seen.low[numbers], values)
        self._seen.high[numbers] = np.maximum(self._seen.high[numbers], values)

    def components(self) -> Components:
        """Return what is left to solve; laws that draw bounds which contradict each other are given up."""
        while self._components is None:
            span = tighten(self._laws, self._alone(), self._whole)
            contradicted = np.flatnonzero(span.low > span.high + TOLERANCE)
            if len(contradicted):
                self._give_up(int(contradicted[0]))
            else:
                self._components = Components(self._laws, telling(self._laws, span), span, self._cap)
        return self._components

    def story(self) -> Story:
        """Return a story of everything; where none is true, laws are given up until one is."""
        while self._story is None:
            components = self.components()
            values = components.span.low.copy()
            for numbers in components.split(components.free):
                told = self._tell(components.of(int(numbers[0])), np.ones(len(numbers)))
                if told is None:
                    self._give_up(int(numbers[0]))
                    break
                values[numbers] = told
            else:
                self._story = Story(values, self._laws.matrix @ values)
                self._witness(np.arange(len(values)), values)
        return self._story

    def spread(self, numbers: Iterable[int], width: float) -> None:
        """Look for stories that pull many numbers apart at once, to spare most questions about each."""
        self.story()
        low, high = self.components().span
        waiting = np.array(sorted(set(numbers)), int)
        for together in self.components().split(waiting[high[waiting] - low[waiting] > width + TOLERANCE]):
            self._pull(self.components().of(int(together[0])), together, width)

    def _pull(self, component: Component, waiting: np.ndarray, width: float) -> None:
        """Pull at some numbers of a component at once, at fewer when most of them do not follow."""
        (low, high), seen, at_once = self.components().span, self._seen, len(waiting)
        while at_once > 1 and len(waiting):
            pulled = waiting[:: max(1, len(waiting) // at_once)]
            upward = (high - seen.high >= seen.low - low)[pulled]  # to where there is more room
            objective = np.zeros(len(component.numbers))
            objective[np.searchsorted(component.numbers, pulled)] = np.where(upward, -1.0, 1.0)
            self._tell(component, objective, at_once=True)
            narrow = seen.high - seen.low <= width + TOLERANCE
            if 2 * narrow[pulled].sum() > len(pulled):
                at_once //= 2
            waiting = waiting[narrow[waiting]]

    def _extreme(self, number: int, sign: int) -> float:
        """Return the least value of a number, or, by the sign, the largest."""
        span = self.components().span
        outer, seen = (span.low, self._seen.low) if sign > 0 else (span.high, self._seen.high)
        if abs(outer[number] - seen[number]) > TOLERANCE:
            component = self.components().of(number)
            self._tell(component, sign * (component.numbers == number))
        return float(seen[number])

    def _tell(self, component: Component, objective: np.ndarray, at_once: bool = False) -> np.ndarray | None:
        """Return the story of a component that is least by an objective.

        Args:
            component: Whose numbers it tells of.
            objective: A weight of each.
            at_once: Whether to leave it where the first answer is not in whole numbers; most often it is.

        Returns:
            None where no story is true, or none was found at once.
        """
        values: np.ndarray
        if not len(component.laws):
            values = np.where(objective < 0, component.bounds.ub, component.bounds.lb)
            self._witness(component.numbers, values)
            return values
        whole = self._whole[component.numbers]
        laws = LinearConstraint(component.matrix, component.low, component.high)
        limits = {"bounds": component.bounds, "constraints": laws}
        solved = milp(objective, **limits)
        if solved.x is not None and is_broken_up(solved.x, whole):
            if at_once:
                return None
            solved = milp(objective, integrality=whole, **limits)
        if solved.status == _INFEASIBLE:
            return None
        if solved.x is None:
            raise RuntimeError(f"the solver stopped: {solved.message}")
        values = np.where(whole, np.round(solved.x), np.round(solved.x, 4))
        self._witness(component.numbers, values)
        return values

    def _alone(self) -> Span:
        """Return what each number can be by itself."""
        known = self.knowledge.known
        low = [least if value is None else value for value, least in zip(known, self.knowledge.lower, strict=True)]
        return Span(np.array(low, float), np.array([math.inf if value is None else value for value in known], float))

    def _give_up(self, number: int) -> None:
        """Give up what contradicts itself around a number."""
        in_force = np.flatnonzero((self._laws.low > -np.inf) | (self._laws.high < np.inf))
        component = Components(self._laws, in_force, self._alone(), self._cap).of(number)
        broken = given_up(component, self.knowledge)
        self.knowledge.given_up.update(broken.tolist())
        self._laws.low[broken], self._laws.high[broken] = -np.inf, np.inf
        self._components = None
