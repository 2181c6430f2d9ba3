"""What is left for a solver once every law has drawn its bounds: components of numbers that known ones keep apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

from warehouse.extracts.disclosure.bounds import Laws, Span
from warehouse.extracts.disclosure.knowledge import TOLERANCE


@dataclass(frozen=True)
class Component:
    """Numbers that laws connect, and these laws with every other number moved to their bounds.

    Attributes:
        numbers: Their indices, ascending.
        laws: Indices of the laws.
        matrix: A row for each law, a column for each number.
        low: Least value of each row.
        high: Largest value of each row.
        bounds: Of the numbers, finite.
    """

    numbers: np.ndarray
    laws: np.ndarray
    matrix: csr_array
    low: np.ndarray
    high: np.ndarray
    bounds: Bounds


class Components:
    """Numbers split where no law connects them.

    Args:
        laws: All laws.
        heeded: Indices of those to look at.
        span: What each number can be; one whose bounds are equal connects nothing.
        cap: Stands for infinity where a solver needs a bound.

    Attributes:
        span: As given.
        free: The numbers whose bounds differ, ascending.
    """

    def __init__(self, laws: Laws, heeded: np.ndarray, span: Span, cap: float) -> None:
        self.span, self.free = span, np.flatnonzero(span.high > span.low + TOLERANCE)
        self._laws, self._heeded, self._cap = laws, heeded, cap
        self._matrix = laws.matrix[heeded][:, self.free]
        fixed = span.low.copy()
        fixed[self.free] = 0
        self._rest = laws.matrix[heeded] @ fixed
        self._law_labels, self._labels = _connect(self._matrix)
        self._made: dict[int, Component] = {}

    def of(self, number: int) -> Component:
        """Return the component of a free number."""
        label = int(self._labels[np.searchsorted(self.free, number)])
        if label not in self._made:
            self._made[label] = self._make(label)
        return self._made[label]

    def _make(self, label: int) -> Component:
        rows, columns = np.flatnonzero(self._law_labels == label), np.flatnonzero(self._labels == label)
        laws, numbers, rest = self._heeded[rows], self.free[columns], self._rest[rows]
        low, high = self._laws.low[laws] - rest, self._laws.high[laws] - rest
        least, most = (np.clip(bound[numbers], -self._cap, self._cap) for bound in self.span)
        return Component(numbers, laws, self._matrix[rows][:, columns], low, high, Bounds(least, most))

    def split(self, numbers: np.ndarray) -> list[np.ndarray]:
        """Return free numbers by component."""
        labels = self._labels[np.searchsorted(self.free, numbers)]
        order = np.argsort(labels, kind="stable")
        starts = np.flatnonzero(np.diff(labels[order])) + 1
        return [part for part in np.split(numbers[order], starts) if len(part)]


def _connect(matrix: csr_array) -> tuple[np.ndarray, np.ndarray]:
    """Return the component of each row, and of each column."""
    count, size = matrix.shape
    rows, columns = coo_array(matrix).coords
    links = coo_array((np.ones(len(rows)), (rows, columns + count)), shape=(count + size, count + size))
    labels = connected_components(links, directed=False)[1]
    return labels[:count], labels[count:]
