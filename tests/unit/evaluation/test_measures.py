"""The measures on clusters made by hand, and against counting every pair."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse.evaluation import measures
from warehouse.evaluation.measures import Pairs

TRUE = ["p", "p", "p", "q", "q", "r"]
FOUND = ["a", "a", "b", "b", "b", "c"]

labelled = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.booleans()), max_size=14)


def truth(
    true: list[str], siblings: dict[str, str] | None = None, difficulty: list[list[str]] | None = None
) -> pa.Table:
    return pa.table(
        {
            "true_person": true,
            "sibling": pa.array([(siblings or {}).get(p) for p in true], pa.string()),
            "difficulty": pa.array(difficulty or [[] for _ in true], pa.list_(pa.string())),
        }
    )


def numbers(values: list[Any]) -> measures.Labels:
    return np.array([sorted(set(values)).index(v) for v in values], np.int64)


def counted_one_by_one(rows: list[tuple[int, int, bool]], members_only: bool) -> Pairs:
    pairs = [
        (a[0] == b[0], a[1] == b[1]) for a, b in itertools.combinations(rows, 2) if not members_only or a[2] or b[2]
    ]
    return Pairs(sum(t for t, _ in pairs), sum(f for _, f in pairs), sum(t and f for t, f in pairs))


@given(labelled)
def test_pairs_agree_with_counting_each(rows: list[tuple[int, int, bool]]) -> None:
    true = np.array([row[0] for row in rows], np.int64)
    found = np.array([row[1] for row in rows], np.int64)
    members = np.array([row[2] for row in rows], np.bool_)
    assert measures.count_pairs(true, found) == counted_one_by_one(rows, False)
    assert measures.count_pairs_of(members, true, found) == counted_one_by_one(rows, True)


def test_pairs_by_hand() -> None:
    pairs = measures.count_pairs(numbers(TRUE), numbers(FOUND))
    assert pairs == Pairs(true=4, found=4, right=2)  # p: one of three, q: its one; b holds two strangers to p
    assert (pairs.precision, pairs.recall, pairs.f1) == (0.5, 0.5, 0.5)


def test_no_pairs_have_no_share() -> None:
    none = measures.count_pairs(numbers(["p", "q"]), numbers(["a", "b"]))
    assert (none.precision, none.recall, none.f1) == (None, None, None)
    assert measures.count_pairs(numbers(["p", "p"]), numbers(["a", "b"])).f1 == 0


def test_a_million_in_one_cluster_are_counted() -> None:
    everybody = np.zeros(1_000_000, np.int64)
    pairs = measures.count_pairs(np.arange(1_000_000) // 2, everybody)
    assert pairs == Pairs(true=500_000, found=499_999_500_000, right=500_000)


@pytest.mark.parametrize(
    ("found", "expected"),
    [(["a", "a", "a", "b", "b", "c"], 0), (["a"] * 6, -2 / 3), (list("abcdef"), 1), (FOUND, 0)],
)
def test_the_headcount_error_is_a_signed_fraction(found: list[str], expected: float) -> None:
    assert measures.headcount_error(numbers(TRUE), numbers(found)) == pytest.approx(expected)


def test_siblings_are_merged_when_any_of_their_appearances_stand_together() -> None:
    people = truth(["p", "p", "q", "r", "s", "t"], {"p": "q", "q": "p", "r": "s", "s": "r"})
    assert measures.merged_siblings(people, numbers(list("abbcde"))) == measures.Siblings(pairs=2, merged=1)
    assert measures.merged_siblings(people, numbers(list("aabcdd"))) == measures.Siblings(pairs=2, merged=0)
    assert measures.merged_siblings(people, numbers(list("aaaaaa"))) == measures.Siblings(pairs=2, merged=2)
    assert measures.merged_siblings(truth(TRUE), numbers(FOUND)) == measures.Siblings(pairs=0, merged=0)


def test_errors_are_shown_by_class() -> None:
    difficulty = [["clean"], ["clean"], ["typing slip"], ["typing slip", "no Khmer"], [], ["no Khmer"]]
    rows = measures.by_class(
        truth(TRUE, difficulty=difficulty), numbers(FOUND), ("clean", "typing slip", "no Khmer", "absent")
    )
    shown = [(r["class"], r["appearances"], r["true_pairs"], r["missed_pairs"], r["wrong_pairs"]) for r in rows]
    assert shown == [
        ("clean", 2, 1, 0, 0),  # only pairs of which both are clean
        ("typing slip", 2, 3, 2, 2),
        ("no Khmer", 2, 1, 0, 1),
        ("absent", 0, 0, 0, 0),
    ]
    assert [r["recall"] for r in rows] == [1, pytest.approx(1 / 3), 1, None]
    assert [r["precision"] for r in rows] == [1, pytest.approx(1 / 3), 0.5, None]


def test_cluster_sizes_are_counted_the_large_together() -> None:
    groups = numbers([*"aab", *["c"] * 6, *["d"] * 9])
    assert measures.sizes(groups) == {"1": 1, "2": 1, "3": 0, "4": 0, "5": 0, "6+": 2}


def test_labels_number_the_values_of_any_chunks() -> None:
    column = pa.chunked_array([["x", "y"], ["y", "z"]])
    assert len(set(measures.labels(column).tolist())) == 3
    assert measures.labels(column)[1] == measures.labels(column)[2]
