"""Bounds drawn law by law leave no story out, and are exact where a sum has one hidden part."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from warehouse.extracts.disclosure.bounds import Laws, Span, telling, tighten
from warehouse.extracts.disclosure.knowledge import Knowledge

MOST, SIZE = 3, 3
LAW = st.tuples(
    st.lists(st.sampled_from([-2, -1, 0, 1, 2]), min_size=SIZE, max_size=SIZE).filter(any),
    st.integers(-3, 3),
    st.sampled_from([0, 1, math.inf]),
)


def laws_of(drawn: list[tuple[list[int], int, float]]) -> tuple[Knowledge, Laws]:
    knowledge = Knowledge()
    numbers = [knowledge.number() for _ in range(SIZE)]
    for coefficients, low, room in drawn:
        knowledge.law([(n, c) for n, c in zip(numbers, coefficients, strict=True) if c], low, low + room)
    return knowledge, Laws.of(knowledge)


@settings(deadline=None, max_examples=60)
@given(st.lists(LAW, max_size=4))
def test_no_story_lies_beyond_the_bounds_and_the_laws_that_tell_more_say_the_rest(
    drawn: list[tuple[list[int], int, float]],
) -> None:
    knowledge, laws = laws_of(drawn)
    span = tighten(laws, Span(np.zeros(SIZE), np.full(SIZE, float(MOST))), np.ones(SIZE, bool))
    rest = set(telling(laws, span).tolist()) if (span.low <= span.high).all() else set[int]()
    for story in product(range(MOST + 1), repeat=SIZE):
        held = [law.low <= sum(c * story[n] for n, c in law.terms) <= law.high for law in knowledge.laws]
        within = bool(((span.low <= story) & (story <= span.high)).all())
        assert all(held) == (within and all(held[law] for law in rest))


def test_one_hidden_part_of_a_sum_is_reckoned() -> None:
    knowledge = Knowledge()
    women, men, total = knowledge.number(), knowledge.number(40.0), knowledge.number(43.0)
    knowledge.equal(total, [women, men])
    alone = Span(np.array([0.0, 40, 43]), np.array([math.inf, 40, 43]))
    span = tighten(Laws.of(knowledge), alone, np.ones(SIZE, bool))
    assert (span.low[women], span.high[women]) == (3, 3)
    assert telling(Laws.of(knowledge), span).tolist() == []
