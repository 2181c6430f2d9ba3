"""The attacker: an exact solver that reckons between which bounds a hidden number must lie.

Hidden numbers fall into components, which known numbers keep apart; each question is answered within one component by
integer programming (HiGHS, through `scipy.optimize.milp`). Every solution is a *story* in which all that was issued is
true, and serves as a witness for every number in it: two stories that are far enough apart spare two questions.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, hstack, identity

from warehouse.extracts.disclosure.knowledge import TOLERANCE, Knowledge

_CERTAIN = 1000.0  # how much sooner a supposition is given up than what is certain
_INFEASIBLE = 2
_PULLS = 7  # all numbers one way, then halves of them against each other


_Part = tuple[list[tuple[int, float]], float, float]  # the hidden terms of a law, and its bounds for them


@dataclass(frozen=True)
class Interval:
    """Bounds, both included, between which a number must lie; None where nothing bounds it."""

    low: float | None
    high: float | None

    @property
    def extent(self) -> float:
        """How far apart the bounds are."""
        return math.inf if self.low is None or self.high is None else self.high - self.low


@dataclass(frozen=True)
class Component:
    """Hidden numbers that laws connect, and these laws with the known numbers moved to their bounds.

    Attributes:
        numbers: Their indices.
        places: The column of each number.
        laws: Indices of the laws, one a row.
        matrix: Coefficients.
        low: Least value of each row.
        high: Largest value of each row.
    """

    numbers: list[int]
    places: dict[int, int]
    laws: list[int]
    matrix: csr_array
    low: np.ndarray
    high: np.ndarray


class Attack:
    """Answers questions about hidden numbers.

    Args:
        knowledge: What is known. Hiding a number of it later makes every interval wider or leaves it.
    """

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        values = [abs(value) for value in knowledge.known if value is not None]
        self._cap = 4 * max(values, default=0) + 10_000  # stands for "without bound", beyond all that was issued
        self._seen: dict[int, tuple[float, float]] = {}
        self._components: dict[int, Component] = {}
        self._intervals: dict[int, Interval] = {}

    def hide(self, number: int) -> None:
        """Take a known number from the reader's knowledge."""
        value = self.knowledge.known[number]
        if value is not None:
            self.witness([number], [value])
            self.knowledge.known[number] = None
            for law in self.knowledge.laws_of(number):
                for other, _ in self.knowledge.laws[law].terms:
                    self._forget(other)

    def interval(self, number: int) -> Interval:
        """Return the exact bounds of a number."""
        value = self.knowledge.known[number]
        if value is not None:
            return Interval(value, value)
        if number not in self._intervals:
            low, high = self._extreme(number, 1), self._extreme(number, -1)
            found = Interval(low if low > -self._cap else None, high if high < self._cap else None)
            component = self.component(number)  # after both: either may have given laws up
            place = component.places[number]
            self._intervals |= {other: found for other in component.numbers if component.places[other] == place}
        return self._intervals[number]

    def is_wide(self, number: int, width: float) -> bool:
        """Return whether the bounds of a number are more than `width` apart."""
        if self.knowledge.known[number] is not None:
            return False
        if self._wide_already(number, width):
            return True
        if number not in self._intervals:
            self._extreme(number, -1)  # most often enough: the least has been seen
        return self._wide_already(number, width) or self.interval(number).extent > width + TOLERANCE

    def _wide_already(self, number: int, width: float) -> bool:
        low, high = self._seen.get(number, (math.inf, -math.inf))
        return high - low > width + TOLERANCE

    def _forget(self, number: int) -> None:
        if component := self._components.pop(number, None):
            for other in component.numbers:
                self._components.pop(other, None)
                self._intervals.pop(other, None)

    def witness(self, numbers: Sequence[int], story: Sequence[float]) -> None:
        """Take note of values that numbers have in a story that is true."""
        for number, value in zip(numbers, story, strict=True):
            low, high = self._seen.get(number, (math.inf, -math.inf))
            self._seen[number] = (min(low, value), max(high, value))

    def spread(self, numbers: Iterable[int], width: float) -> None:
        """Look for stories that pull many numbers apart at once, to spare most questions about each."""
        waiting = [number for number in numbers if self.knowledge.known[number] is None]
        while waiting := [number for number in waiting if not self._wide_already(number, width)]:
            component = self.component(waiting[0])
            together = [number for number in waiting if number in component.places]
            for bit in range(_PULLS):
                objective = np.zeros(component.matrix.shape[1])
                for turn, number in enumerate(together):
                    objective[component.places[number]] = 1 if bit == 0 or turn >> (bit - 1) & 1 else -1
                self._tell(component, objective)
                self._tell(component, -objective)
            waiting = [number for number in waiting if number not in component.places]

    def _extreme(self, number: int, sign: int) -> float:
        component = self.component(number)
        objective = np.zeros(component.matrix.shape[1])
        objective[component.places[number]] = sign
        story = self._tell(component, objective)
        return self._extreme(number, sign) if story is None else story[component.places[number]]

    def _tell(self, component: Component, objective: np.ndarray) -> list[float] | None:
        """Return the story that is least by an objective; None where none is true, and then give laws up."""
        whole = self._whole(component)
        limits = {"bounds": self._bounds(component), **_laws(component)}
        solved = milp(objective, **limits)  # without whole numbers first: most answers are whole all the same
        if solved.x is not None and np.abs(solved.x - np.round(solved.x))[whole == 1].max(initial=0) > TOLERANCE:
            solved = milp(objective, integrality=whole, **limits)
        if solved.status == _INFEASIBLE:
            self._give_up(component)
            return None
        if solved.x is None:
            raise RuntimeError(f"the solver stopped: {solved.message}")
        story: list[float] = np.where(whole == 1, np.round(solved.x), np.round(solved.x, 4)).tolist()
        self.witness(component.numbers, [story[component.places[number]] for number in component.numbers])
        return story

    def component(self, number: int) -> Component:
        """Return the hidden numbers that a hidden number is connected with."""
        if number not in self._components:
            component = self._connect(number)
            self._components |= dict.fromkeys(component.numbers, component)
        return self._components[number]

    def _connect(self, number: int, merge: bool = True) -> Component:
        """Gather a component; numbers that a law says are equal share one column, unless they are not to be merged."""
        laws, numbers, seen, parts = list[int](), [number], {number}, list[_Part]()
        taken = set[int]()
        for current in numbers:
            for index in self.knowledge.laws_of(current):
                if index in taken:
                    continue
                taken.add(index)
                law = self.knowledge.laws[index]
                rest, hidden = self.knowledge.known_part(law)
                numbers += [other for other, _ in hidden if other not in seen]
                seen.update(other for other, _ in hidden)
                laws.append(index)
                parts.append((hidden, law.low - rest, law.high - rest))
        leaders = _leaders(parts) if merge else {}
        columns: dict[int, int] = {}
        places = {other: columns.setdefault(_leader(leaders, other), len(columns)) for other in numbers}
        entries = [(row, places[other], value) for row, part in enumerate(parts) for other, value in part[0]]
        bounds = [part[1:] for part in parts]
        return Component(numbers, places, laws, _matrix(entries, len(laws), len(columns)), *_columns(bounds))

    def _bounds(self, component: Component) -> Bounds:
        lower = np.full(component.matrix.shape[1], -self._cap)
        for number, place in component.places.items():
            lower[place] = max(lower[place], self.knowledge.lower[number])
        return Bounds(lower, np.full(len(lower), self._cap))

    def _whole(self, component: Component) -> np.ndarray:
        whole = np.zeros(component.matrix.shape[1], dtype=int)
        for number, place in component.places.items():
            whole[place] |= self.knowledge.whole[number]
        return whole

    def _give_up(self, component: Component) -> None:
        """Give up the laws that are broken in the story that breaks fewest, suppositions long before certainties."""
        component = self._connect(component.numbers[0], merge=False)
        laws, size = component.laws, len(component.numbers)
        weights = np.array([_CERTAIN if self.knowledge.laws[law].certain else 1.0 for law in laws])
        slack = identity(len(laws), format="csr")
        bounds = self._bounds(component)
        solved = milp(
            np.concatenate([np.zeros(size), weights, weights]),
            integrality=np.concatenate([self._whole(component), np.zeros(2 * len(laws))]),
            bounds=Bounds(
                np.concatenate([bounds.lb, np.zeros(2 * len(laws))]),
                np.concatenate([bounds.ub, np.full(2 * len(laws), np.inf)]),
            ),
            constraints=LinearConstraint(
                hstack([component.matrix, slack, -slack], format="csr"), component.low, component.high
            ),
        )
        if solved.x is None:
            raise RuntimeError(f"the solver stopped: {solved.message}")
        broken = np.abs(solved.x[size : size + len(laws)] - solved.x[size + len(laws) :]) > TOLERANCE
        self.knowledge.given_up.update(law for law, is_broken in zip(laws, broken, strict=True) if is_broken)
        self._components.clear()
        self._intervals.clear()


def _leaders(parts: Iterable[_Part]) -> dict[int, int]:
    """Return, for numbers that a law says are equal to another, that other."""
    leaders: dict[int, int] = {}
    for hidden, low, high in parts:
        if low == high == 0 and len(hidden) == 2 and hidden[0][1] == -hidden[1][1]:
            one, other = (_leader(leaders, number) for number, _ in hidden)
            if one != other:
                leaders[one] = other
    return leaders


def _leader(leaders: dict[int, int], number: int) -> int:
    while number in leaders:
        number = leaders[number]
    return number


def _laws(component: Component) -> dict[str, LinearConstraint]:
    if not component.laws:
        return {}
    return {"constraints": LinearConstraint(component.matrix, component.low, component.high)}


def _matrix(entries: list[tuple[int, int, float]], rows: int, columns: int) -> csr_array:
    row, column, value = zip(*entries, strict=True) if entries else ((), (), ())
    return csr_array((np.array(value, dtype=float), (np.array(row, int), np.array(column, int))), shape=(rows, columns))


def _columns(bounds: list[tuple[float, float]]) -> tuple[np.ndarray, np.ndarray]:
    table = np.array(bounds, dtype=float).reshape(-1, 2)
    return table[:, 0], table[:, 1]
