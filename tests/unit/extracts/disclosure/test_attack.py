"""The attacker's bounds are exactly those found by trying everything."""

from __future__ import annotations

import math
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from warehouse.extracts.disclosure.attack import Attack, Interval
from warehouse.extracts.disclosure.knowledge import Knowledge

MOST = 4
LAWS = st.lists(
    st.tuples(
        st.lists(st.sampled_from([-2, -1, 0, 1, 2]), min_size=3, max_size=3),
        st.lists(st.integers(0, MOST), min_size=3, max_size=3),
        st.integers(0, 3),
        st.integers(0, 3),
    ),
    max_size=4,
)


def stories(laws: list[tuple[tuple[int, ...], float, float]]) -> list[tuple[int, ...]]:
    def holds(story: tuple[int, ...]) -> bool:
        sums = [(sum(c * x for c, x in zip(law[0], story, strict=True)), law) for law in laws]
        return all(law[1] <= value <= law[2] for value, law in sums)

    return [story for story in product(range(MOST + 1), repeat=3) if holds(story)]


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(0, MOST), min_size=3, max_size=3), LAWS)
def test_bounds_are_those_found_by_trying_everything(
    truth: list[int], drawn: list[tuple[list[int], list[int], int, int]]
) -> None:
    laws = []
    for coefficients, _, below, above in drawn:
        value = sum(c * x for c, x in zip(coefficients, truth, strict=True))
        laws.append((tuple(coefficients), value - below, value + above))
    knowledge = Knowledge()
    numbers = [knowledge.number() for _ in range(3)]
    for number in numbers:
        knowledge.law([(number, 1)], -math.inf, MOST)
    for coefficients, low, high in laws:
        knowledge.law([(n, c) for n, c in zip(numbers, coefficients, strict=True) if c], low, high)
    attack, possible = Attack(knowledge), stories(laws)
    for place, number in enumerate(numbers):
        values = [story[place] for story in possible]
        assert attack.interval(number) == Interval(min(values), max(values))
        assert attack.is_wide(number, 2) == (max(values) - min(values) > 2)


def test_a_supposition_is_given_up_before_a_certainty() -> None:
    knowledge = Knowledge()
    one, other, total = knowledge.number(), knowledge.number(), knowledge.number(10)
    knowledge.equal(total, [one, other])
    knowledge.equal(one, [other], certain=False)
    knowledge.law([(one, 1)], -math.inf, 3)
    assert Attack(knowledge).interval(other) == Interval(7, 10)
    assert knowledge.contradicted() == []


def test_nothing_bounds_a_number_of_which_nothing_is_known() -> None:
    knowledge = Knowledge()
    number = knowledge.number(lower=1)
    assert Attack(knowledge).interval(number) == Interval(1, None)


def test_hiding_a_number_makes_the_other_wide() -> None:
    knowledge = Knowledge()
    women, men, total = knowledge.number(), knowledge.number(40), knowledge.number(43)
    knowledge.equal(total, [women, men])
    attack = Attack(knowledge)
    assert attack.interval(women) == Interval(3, 3)
    attack.hide(men)
    assert attack.interval(women) == Interval(0, 43)
