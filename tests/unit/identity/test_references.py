"""How people name persons and officers, and which decisions a verdict about them is."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from warehouse.identity.decision_rules import NOT_SAME, SAME, UNDECIDED
from warehouse.identity.decisions import Decision
from warehouse.identity.references import UnknownReference, decisions_between, persons_of

REASON = ("reviewer", "seen", dt.datetime(2026, 3, 1, tzinfo=dt.UTC))
CROSSWALK = pd.DataFrame(
    {
        "person_ref": ["aaaa0000aaaa", "aaaa0000bbbb", "cccc00001111"],
        "officer_key": ["officer-0001", "officer-0001", "officer-0002"],
    }
)


@pytest.mark.parametrize(
    ("word", "persons"),
    [
        ("aaaa0000aaaa", ["aaaa0000aaaa"]),
        ("aaaa0000b", ["aaaa0000bbbb"]),
        ("cccc0000", ["cccc00001111"]),
        ("officer-0001", ["aaaa0000aaaa", "aaaa0000bbbb"]),
        ("officer-0002", ["cccc00001111"]),
    ],
)
def test_a_person_an_officer_or_its_beginning(word: str, persons: list[str]) -> None:
    assert persons_of(CROSSWALK, word) == persons


@pytest.mark.parametrize("word", ["aaaa0000", "officer-000", "cccc000", "", "Sok Dara Vann"])
def test_several_or_nobody_is_an_error_that_does_not_repeat_the_word(word: str) -> None:
    with pytest.raises(UnknownReference) as raised:
        persons_of(CROSSWALK, word)
    assert not word or word not in str(raised.value)


def pairs(
    left: list[str], right: list[str], verdict: str, former: dict[tuple[str, str], Decision] | None = None
) -> list[tuple[str, str]]:
    return [each.pair for each in decisions_between(left, right, verdict, REASON, former or {})]


def test_one_pair_joins_two_officers_and_every_pair_holds_them_apart() -> None:
    assert pairs(["b", "d"], ["a", "c"], SAME) == [("a", "b")]
    assert pairs(["b", "d"], ["a", "c"], NOT_SAME) == [("a", "b"), ("a", "d"), ("b", "c"), ("c", "d")]


def test_a_person_is_held_apart_from_the_rest_of_its_officer() -> None:
    assert pairs(["a"], ["a", "b", "c"], NOT_SAME) == [("a", "b"), ("a", "c")]


def test_undecided_takes_back_what_is_in_force_and_nothing_else() -> None:
    former = {each.pair: each for each in decisions_between(["a"], ["b", "c"], NOT_SAME, REASON, {})}
    former |= {each.pair: each for each in decisions_between(["x"], ["y"], NOT_SAME, REASON, {})}
    assert pairs(["a"], ["b", "c", "d"], UNDECIDED, former) == [("a", "b"), ("a", "c")]
    former |= {each.pair: each for each in decisions_between(["a"], ["b"], UNDECIDED, REASON, former)}
    assert pairs(["a"], ["b", "c", "d"], UNDECIDED, former) == [("a", "c")]


@pytest.mark.parametrize("right", [["a"], [f"p{n}" for n in range(401)]])
def test_the_same_twice_and_far_too_many_are_refused(right: list[str]) -> None:
    with pytest.raises(UnknownReference):
        pairs(["a"], right, NOT_SAME)
