"""Bounds drawn law by law: what each law alone leaves a number, again and again until nothing changes.

They are outer bounds: no story lies beyond them, though not every value within them is one. Most numbers that can be
reckoned narrowly are found so, without a solver; and most laws say nothing beyond them, which leaves a solver the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array

from warehouse.extracts.disclosure.knowledge import TOLERANCE, Knowledge

_MOST_ROUNDS = 100  # bounds that still creep then are left as they are: wider than need be, and true


class Span(NamedTuple):
    """Least and largest value of each number; where the least is the larger, the laws contradict each other."""

    low: np.ndarray
    high: np.ndarray


@dataclass(frozen=True)
class Laws:
    """Laws as arrays: `low <= matrix @ numbers <= high`, a row each; those given up bound nothing."""

    matrix: csr_array
    low: np.ndarray
    high: np.ndarray

    @classmethod
    def of(cls, knowledge: Knowledge) -> Laws:
        """Return all laws of what is known, at their indices."""
        terms = [law.terms for law in knowledge.laws]
        columns = np.array([number for of_law in terms for number, _ in of_law], int)
        values = np.array([coefficient for of_law in terms for _, coefficient in of_law], float)
        starts = np.cumsum([0, *map(len, terms)])
        matrix = csr_array((values, columns, starts), shape=(len(terms), len(knowledge.known)))
        low = np.array([law.low for law in knowledge.laws], float)
        high = np.array([law.high for law in knowledge.laws], float)
        low[list(knowledge.given_up)], high[list(knowledge.given_up)] = -np.inf, np.inf
        return cls(matrix, low, high)

    @property
    def rows(self) -> np.ndarray:
        """The row of each entry of the matrix."""
        return np.repeat(np.arange(len(self.low)), np.diff(self.matrix.indptr))

    def parts(self, span: Span) -> Span:
        """Return the least and the largest that each entry of the matrix adds to its law."""
        low, high = (bound[self.matrix.indices] * self.matrix.data for bound in span)
        return Span(np.minimum(low, high), np.maximum(low, high))


def tighten(laws: Laws, span: Span, whole: np.ndarray) -> Span:
    """Return bounds that no story leaves.

    Args:
        laws: All laws.
        span: What each number can be by itself; twice the value of one that is known.
        whole: Whether each is a whole number.
    """
    rows, columns, values = laws.rows, laws.matrix.indices, laws.matrix.data
    rounded, hidden = whole[columns], span.low[columns] < span.high[columns]
    for _ in range(_MOST_ROUNDS):
        least, most = laws.parts(span)
        limits = (laws.low[rows] - _others(rows, most)) / values, (laws.high[rows] - _others(rows, least)) / values
        lows, highs = np.minimum(*limits), np.maximum(*limits)
        low, high = span.low.copy(), span.high.copy()
        lows = np.where(rounded, np.ceil(lows - TOLERANCE), lows)[hidden]
        highs = np.where(rounded, np.floor(highs + TOLERANCE), highs)[hidden]
        np.maximum.at(low, columns[hidden], lows)
        np.minimum.at(high, columns[hidden], highs)
        before, span = span, Span(low, high)
        still = (low <= before.low + TOLERANCE) & (high >= before.high - TOLERANCE)
        if still.all() or (low > high + TOLERANCE).any():
            break
    return span


def telling(laws: Laws, span: Span) -> np.ndarray:
    """Return the indices of the laws that say something beyond the bounds of their numbers."""
    rows, size = laws.rows, len(laws.low)
    least, most = (np.bincount(rows, parts, size) for parts in laws.parts(span))
    found: np.ndarray = np.flatnonzero((least < laws.low - TOLERANCE) | (most > laws.high + TOLERANCE))
    return found


def _others(rows: np.ndarray, parts: np.ndarray) -> np.ndarray:
    """Return, for each part, what the others of its law add up to."""
    endless = np.isinf(parts)
    finite = np.where(endless, 0, parts)
    others: np.ndarray = np.bincount(rows, finite)[rows] - finite
    beyond = np.bincount(rows, endless)[rows] > endless
    others[beyond] = parts[endless][0] if beyond.any() else 0
    return others
