"""A story retold breaks no law, and none that does the same is cheaper."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from warehouse.extracts.disclosure.bounds import Laws
from warehouse.extracts.disclosure.knowledge import Knowledge
from warehouse.extracts.disclosure.stories import Story, retell

SIZE, MOST = 4, 3


def told(knowledge: Knowledge, truth: list[int]) -> Story:
    values = np.array(truth, float)
    return Story(values, Laws.of(knowledge).matrix @ values)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.integers(0, MOST), min_size=SIZE, max_size=SIZE),
    st.lists(st.lists(st.sampled_from([-1, 0, 1]), min_size=SIZE, max_size=SIZE).filter(any), max_size=3),
    st.lists(st.sampled_from([None, 0, 1, 7]), min_size=SIZE - 1, max_size=SIZE - 1),
)
def test_the_cheapest_of_all_stories_is_found(truth: list[int], laws: list[list[int]], drawn: list[int | None]) -> None:
    """A price of nothing stands for a hidden number."""
    prices: list[int | None] = [0, *drawn]
    knowledge = Knowledge()
    for value, price in zip(truth, prices, strict=True):
        number = knowledge.number(None if price == 0 else value)
        knowledge.law([(number, 1)], -math.inf, MOST)
    for coefficients in laws:
        value = sum(c * x for c, x in zip(coefficients, truth, strict=True))
        knowledge.law([(n, c) for n, c in enumerate(coefficients) if c], value, value)
    found = retell(knowledge, told(knowledge, truth), lambda n: prices[n], 0, (truth[0] + 1, math.inf))

    def cost(story: tuple[int, ...]) -> float | None:
        moved = [(price, abs(new - old)) for price, new, old in zip(prices, story, truth, strict=True) if new != old]
        sums = all(sum(c * (x - t) for c, x, t in zip(law, story, truth, strict=True)) == 0 for law in laws)
        if not sums or story[0] <= truth[0] or any(price is None for price, _ in moved):
            return None
        return math.fsum((price or 0) * by for price, by in moved)

    costs = [c for story in product(range(MOST + 1), repeat=SIZE) if (c := cost(story)) is not None]
    assert (found is None) == (not costs)
    if found:
        whole = tuple(round(found.values.get(n, truth[n])) for n in range(SIZE))
        assert cost(whole) == min(costs) == pytest.approx(found.cost, abs=1e-4)
        assert found.hide == [n for n in found.values if prices[n]]


def test_it_asks_only_about_what_must_move() -> None:
    """A cycle through cheap rows and columns of a large table; most of the others need not be looked at."""
    knowledge, size = Knowledge(), 30
    cells = [[knowledge.number(None if (i, j) == (0, 0) else 9.0) for j in range(size)] for i in range(size)]
    for line in (*cells, *zip(*cells, strict=True)):
        knowledge.equal(knowledge.number(9.0 * size), line)
    asked = set[int]()

    def price(number: int) -> float | None:
        asked.add(number)
        row, column = divmod(number, size)
        return None if row >= size else 1.0 if max(row, column) < 3 else 5.0

    truth = [9] * (size * size) + [9 * size] * (2 * size)
    found = retell(knowledge, told(knowledge, truth), price, 0, (15, math.inf))
    assert found is not None
    assert found.cost == pytest.approx(18, abs=1e-3)
    assert len(asked) < size * size / 2
