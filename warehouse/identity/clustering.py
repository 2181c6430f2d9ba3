"""From scored pairs to persons: groups grow by the strongest evidence first, and never across a contradiction.

    pairs >= the lenient threshold  -->  connected components  -->  within each, greedily:
        join the two groups whose records agree best on average, unless a guard or a decision holds them apart;
        at each threshold on the way down, note the groups: strict, published, lenient

One strong pair does not join two groups whose other records disagree: chains through common names and shared phones
break. The three partitions are stages of one course, so the strict one always refines the published, and that the
lenient. Within a component only its own pairs count, ties go by row: the result depends on nothing else.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]
UNSCORED = -4.0  # the weight of a pair that no blocking rule found: about what such pairs of one person weigh
CROWD = 2.0  # bits asked more for each doubling of the pairs that a join makes: their weights are not independent


@dataclass(frozen=True)
class Edges:
    """Scored pairs of rows.

    Attributes:
        left: Rows.
        right: Rows.
        weight: Match weights in bits.
    """

    left: Rows
    right: Rows
    weight: NDArray[np.float64]

    def take(self, which: NDArray[np.bool_] | Rows) -> Edges:
        """Return some of the pairs."""
        return Edges(self.left[which], self.right[which], self.weight[which])


@dataclass(frozen=True)
class Decided:
    """Reviewed decisions, as pairs of rows, in one order whatever order they came in."""

    same: tuple[tuple[int, int], ...] = ()
    not_same: frozenset[tuple[int, int]] = frozenset()

    @property
    def rows(self) -> Rows:
        """All rows that something was decided about."""
        return np.array(sorted({row for pair in (*self.same, *self.not_same) for row in pair}), np.int64)


def components(count: int, left: Rows, right: Rows) -> Rows:
    """Return, for each row, the smallest row that is connected with it."""
    label = np.arange(count)
    while True:
        smaller = np.minimum(label[left], label[right])
        before = label.copy()
        np.minimum.at(label, label[left], smaller)
        np.minimum.at(label, label[right], smaller)
        label = label[label]
        if np.array_equal(label, before):
            return label


def partition(
    rows: Rows,
    component: Rows,
    edges: Edges,
    decided: Decided,
    contradicts: Callable[[int, int], bool],
    thresholds: Sequence[float],
) -> NDArray[np.int64]:
    """Return the groups at each threshold: array (threshold, row) of the smallest row of each row's group.

    Args:
        rows: The rows concerned, ascending.
        component: By row of the whole table: the component; rows that share none are never joined.
        edges: Pairs within components.
        decided: Decisions about any of the rows.
        contradicts: Whether two rows are two persons by a guard.
        thresholds: Falling.

    Returns:
        One line per threshold, in the order of `rows`.
    """
    place = np.zeros(int(rows[-1]) + 1 if len(rows) else 0, np.int64)
    place[rows] = np.arange(len(rows))
    found = np.tile(rows, (len(thresholds), 1))
    same = _by_component(decided.same, component)
    for pairs, joined in _work(component, edges, same):
        if len(pairs) == 1 and not joined:  # most components: two rows, nothing to weigh up
            left, right, weight = pairs[0]
            if (left, right) not in decided.not_same and not contradicts(left, right):
                found[[weight >= threshold for threshold in thresholds], place[right]] = left
            continue
        groups = _Groups(pairs, joined, decided.not_same, contradicts, thresholds[-1])
        for line, threshold in enumerate(thresholds):
            groups.join_down_to(threshold)
            for smallest, members in groups.members.items():
                found[line, place[members]] = smallest
    return found


def _by_component(pairs: Sequence[tuple[int, int]], component: Rows) -> dict[int, list[tuple[int, int]]]:
    found: dict[int, list[tuple[int, int]]] = {}
    for pair in pairs:
        found.setdefault(int(component[pair[0]]), []).append(pair)
    return found


def _work(
    component: Rows, edges: Edges, same: dict[int, list[tuple[int, int]]]
) -> Iterator[tuple[list[tuple[int, int, float]], Sequence[tuple[int, int]]]]:
    """Hand out the pairs of each component, and what decisions join in it; some are joined by a decision alone."""
    left = dict(same)
    for own, pairs in _each(component, edges):
        yield pairs, left.pop(own, ())
    for joined in left.values():
        yield [], joined


def _each(component: Rows, edges: Edges) -> Iterator[tuple[int, list[tuple[int, int, float]]]]:
    """Hand out the pairs of each component."""
    own = component[edges.left]
    order = np.lexsort((edges.right, edges.left, own))
    bounds = np.flatnonzero(np.diff(own[order])) + 1
    start = 0
    left, right, weight = edges.left[order].tolist(), edges.right[order].tolist(), edges.weight[order].tolist()
    for end in (*bounds.tolist(), len(order)):
        if end > start:
            yield int(own[order[start]]), list(zip(left[start:end], right[start:end], weight[start:end], strict=True))
        start = end


class _Groups:
    """The groups of one component, joined step by step; each is named by its smallest row."""

    def __init__(
        self,
        pairs: Sequence[tuple[int, int, float]],
        same: Sequence[tuple[int, int]],
        not_same: frozenset[tuple[int, int]],
        contradicts: Callable[[int, int], bool],
        least: float,
    ) -> None:
        rows = {row for pair in pairs for row in pair[:2]} | {row for pair in same for row in pair}
        self.members = {row: [row] for row in sorted(rows)}
        self._between: dict[int, dict[int, tuple[float, int]]] = {row: {} for row in rows}  # sum of weights, pairs
        self._heap: list[tuple[float, int, int]] = []
        self._not_same, self._contradicts, self._least = not_same, contradicts, least
        for left, right, weight in pairs:
            self._between[left][right] = self._between[right][left] = (weight, 1)
        self._told: dict[int, int] = {}  # row that a decision joined to others → one row that stands for all of them
        self._agreeing = {(min(a, b), max(a, b)) for a, b, weight in pairs if weight > 0} if same else set()
        for left, right in same:
            self._decide(left, right)
        self._heap = []
        for one in self._between:
            self._note(one, [other for other in self._between[one] if one < other])

    def join_down_to(self, threshold: float) -> None:
        """Join groups while the best agreement between two of them reaches the threshold."""
        while self._heap and -self._heap[0][0] >= threshold:
            noted, one, other = heapq.heappop(self._heap)
            if other not in self._between.get(one, ()):
                continue
            weight = -self._agreement(one, other)
            if weight > noted:  # the groups have grown since: it has to wait
                self._note(one, [other])
            elif self._apart(one, other):
                del self._between[one][other], self._between[other][one]
            else:
                self._join(one, other)

    def _note(self, one: int, others: Iterable[int]) -> None:
        """Note how well a group agrees with others, where that may suffice: it is noted anew when either has grown."""
        for other in others:
            agreement = self._agreement(one, other)
            if agreement >= self._least:
                heapq.heappush(self._heap, (-agreement, min(one, other), max(one, other)))

    def _agreement(self, one: int, other: int) -> float:
        """Return how well two groups agree: the mean of their pairs, less what a crowd of pairs repeats."""
        total, pairs = self._between[one][other]
        possible = len(self.members[one]) * len(self.members[other])
        return (total + (possible - pairs) * UNSCORED) / possible - CROWD * math.log2(possible)

    def _apart(self, one: int, other: int) -> bool:
        """True where a decision or a guard holds two groups apart."""
        pairs = [(a, b) for a in self.members[one] for b in self.members[other]]
        if self._not_same and any((min(p), max(p)) in self._not_same for p in pairs):
            return True
        if not self._told:
            return any(self._contradicts(a, b) for a, b in pairs)
        return any(self._differ(ours, theirs) for ours in self._stated(one) for theirs in self._stated(other))

    def _differ(self, ours: Sequence[int], theirs: Sequence[int]) -> bool:
        """True where a guard says that two persons, each known by one row or by several that decisions joined, differ.

        Who agrees with one of these rows is not held apart by another of them: a decision says both are that person.
        """
        told = {(min(a, b), max(a, b)): self._contradicts(a, b) for a in ours for b in theirs}
        return any(told.values()) and not any(pair in self._agreeing for pair, differ in told.items() if not differ)

    def _stated(self, name: int) -> list[list[int]]:
        """Return a group's rows, those together that decisions say are one person."""
        rows: dict[int, list[int]] = {}
        for row in self.members[name]:
            rows.setdefault(self._told.get(row, row), []).append(row)
        return list(rows.values())

    def _join(self, one: int, other: int) -> None:
        """Join the second group, whose name is larger, into the first."""
        for third, (total, pairs) in self._between.pop(other).items():
            del self._between[third][other]
            if third != one:
                more, further = self._between[one].get(third, (0.0, 0))
                self._between[one][third] = self._between[third][one] = (total + more, pairs + further)
        self.members[one] += self.members.pop(other)
        self._note(one, self._between[one])

    def _decide(self, left: int, right: int) -> None:
        """Join two rows' groups by decision, whatever guards say; a decision to hold apart is kept."""
        names = [next(n for n, members in self.members.items() if row in members) for row in (left, right)]
        one, other = sorted(names)
        pairs = ((min(a, b), max(a, b)) for a in self.members[one] for b in self.members[other])
        if one != other and not any(pair in self._not_same for pair in pairs):
            self._between[one].setdefault(other, (0.0, 0))
            self._between[other].setdefault(one, (0.0, 0))
            self._join(one, other)
            self._told |= dict.fromkeys(self.members[one], one)  # so far nothing but decisions has joined anybody
