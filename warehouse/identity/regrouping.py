"""Which groups new persons can change: only these are formed anew, and the result is that of forming all of them.

    changed rows --whole former groups--> stirred --groups that share a pair with them--> beside
         ^                                                                                  |
         └────── a group beside joins a stirred one: stirred too <── form groups of both ───┘

Groups join in the order of their agreement, which depends on their own pairs alone; whoever is held apart is so for
good. So a former group (by the lenient threshold: no other joins across it) takes its former course unless it joins a
stirred one, and whether it does is seen when both are formed together. One name connects half of a million persons
into one component, but a thousand new persons stir a few thousand groups of it.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from warehouse.identity.clustering import Edges, Rows

Form = Callable[[Rows, Edges], NDArray[np.int64]]


def regroup(changed: NDArray[np.bool_], former: Rows, edges: Edges, form: Form) -> tuple[Rows, NDArray[np.int64]]:
    """Return the rows whose groups may be others than before, ascending, and their groups.

    Args:
        changed: By row, whether its record, a decision about it or one of its pairs is new or gone.
        former: By row, the number of its group at the lowest threshold; rows that had none have one of their own.
        edges: All pairs that count.
        form: Of rows and the pairs between them, the groups at each threshold, the lowest last (`partition`).
    """
    stirred = _whole(changed, former)
    while True:
        left, right = stirred[edges.left], stirred[edges.right]
        beside = np.zeros(len(former), bool)
        beside[edges.left[right & ~left]] = beside[edges.right[left & ~right]] = True
        around = stirred | _whole(beside, former)
        rows = np.flatnonzero(around).astype(np.int64)
        found = form(rows, edges.take(around[edges.left] & around[edges.right]))
        joins_stirred = np.zeros(len(former), bool)
        joins_stirred[found[-1][stirred[rows]]] = True
        drawn = rows[joins_stirred[found[-1]] & ~stirred[rows]]
        if not len(drawn):
            own = stirred[rows]
            return rows[own], found[:, own]
        stirred[drawn] = True
        stirred = _whole(stirred, former)


def _whole(rows: NDArray[np.bool_], former: Rows) -> NDArray[np.bool_]:
    """Return the rows of all groups in which some of these stand."""
    has = np.zeros(len(former), bool)
    has[former[rows]] = True
    return has[former]
