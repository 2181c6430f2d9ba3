"""Forming only the groups that changed rows stir gives what forming all of them gives."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from warehouse.identity.clustering import Decided, Edges, Rows, partition
from warehouse.identity.regrouping import regroup

COUNT = 12
THRESHOLDS = (-3.0, -4.9, -9.0)
PAIR = st.tuples(st.integers(0, COUNT - 1), st.integers(0, COUNT - 1)).filter(lambda pair: pair[0] < pair[1])


def edges(weights: dict[tuple[int, int], float]) -> Edges:
    left, right = (np.array([pair[side] for pair in weights], np.int64) for side in (0, 1))
    return Edges(left, right, np.array(list(weights.values()), np.float64))


class Former:
    """Groups of 12 rows in one component; `rows` notes what was asked to be formed."""

    def __init__(self, apart: frozenset[tuple[int, int]] = frozenset()) -> None:
        self.apart, self.formed = apart, 0

    def form(self, rows: Rows, among: Edges) -> np.ndarray:
        self.formed = max(self.formed, len(rows))
        one = np.zeros(COUNT, np.int64)
        return partition(rows, one, among, Decided(), lambda a, b: (min(a, b), max(a, b)) in self.apart, THRESHOLDS)


@given(
    st.dictionaries(PAIR, st.floats(-9.5, 12).map(lambda weight: round(weight, 2)), max_size=40),
    st.frozensets(PAIR, max_size=6),
    st.sets(st.integers(0, COUNT - 1), max_size=4),
)
def test_what_is_stirred_and_what_stays_make_up_the_whole(
    weights: dict[tuple[int, int], float], apart: frozenset[tuple[int, int]], new: set[int]
) -> None:
    former = Former(apart)
    every = np.arange(COUNT)
    old = np.array([row for row in range(COUNT) if row not in new], np.int64)
    before = np.tile(every, (len(THRESHOLDS), 1))
    before[:, old] = former.form(old, edges({pair: w for pair, w in weights.items() if not new & {*pair}}))
    changed = np.isin(every, sorted(new))
    rows, found = regroup(changed, before[-1], edges(weights), former.form)
    after = before.copy()
    after[:, rows] = found
    assert after.tolist() == former.form(every, edges(weights)).tolist()


def test_a_group_that_a_new_row_draws_away_from_a_third_is_formed_anew() -> None:
    chain = {(0, 1): 2.0, (1, 2): 1.0, (2, 3): 3.0, (3, 4): 8.0}
    former = Former()
    groups = former.form(np.arange(4), edges({pair: w for pair, w in chain.items() if pair[1] < 4}))
    new = np.arange(COUNT) == 4
    rows, found = regroup(new, np.array([*groups[-1], *range(4, COUNT)]), edges(chain), former.form)
    whole = former.form(np.arange(COUNT), edges(chain))
    assert found.tolist() == whole[:, rows].tolist()
    assert {3, 4} <= {*rows.tolist()}


def test_of_many_groups_only_the_neighbours_of_a_new_row_are_formed() -> None:
    pairs = {(row, row + 1): 9.0 for row in range(0, 10, 2)}
    former = Former()
    groups = np.array([row - row % 2 for row in range(10)] + [10, 11])
    rows, found = regroup(np.arange(COUNT) == 11, groups, edges(pairs | {(9, 11): 9.0}), former.form)
    assert rows.tolist() == [8, 9, 11]
    assert found[-1].tolist() == [8, 8, 8]
    assert former.formed == 3
