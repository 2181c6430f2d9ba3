"""Verdicts of the validator are asked once per value and remembered; uniqueness is asked of all values together."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from warehouse.ingest import expectations
from warehouse.ingest.expectations import Question, failing

HOURS = {"column": "hours", "min_value": 1, "max_value": 8}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many values each call put to the validator, starting with an empty memory."""
    counts: list[int] = []
    judged = expectations._judged

    def counting(questions: Any) -> Any:
        counts.append(sum(len(q.rows) for q in questions))
        return judged(questions)

    monkeypatch.setattr(expectations, "_verdicts", defaultdict(dict))
    monkeypatch.setattr(expectations, "_together", {})
    monkeypatch.setattr(expectations, "_judged", counting)
    return counts


def hours(*values: str | None) -> Question:
    numbers: list[object | None] = [None if v is None else Decimal(v) for v in values]
    return Question("hours_plausible", "expect_column_values_to_be_between", HOURS, {"hours": numbers})


def places(question: Question) -> list[int]:
    return [int(place) for place in failing([question])[0]]


def test_a_value_judged_before_is_not_put_to_the_validator_again(asked: list[int]) -> None:
    assert places(hours("9", "2", None)) == [0]
    assert places(hours("2", "0.5", "9")) == [1, 2]
    assert places(hours("0.5", "9", "2")) == [0, 1]
    assert asked == [3, 1, 0]


def test_values_that_are_foreseen_are_judged_with_the_first_unknown_one(asked: list[int]) -> None:
    first = replace(hours("2"), foreseen=(Decimal(3), Decimal(9)))
    assert places(first) == []
    assert places(replace(hours("9", "3"), foreseen=first.foreseen)) == [0]
    assert places(replace(hours("9", "4"), foreseen=first.foreseen)) == [0]
    assert asked == [3, 0, 1]


def test_the_same_question_is_put_once(asked: list[int]) -> None:
    assert [f.tolist() for f in failing([hours("9", "2"), hours("9", "2"), hours("2", "0.5")])] == [[0], [0], [1]]
    key = Question("key", "expect_column_values_to_be_unique", {"column": "a"}, {"a": [0, 0, 1]})
    assert [f.tolist() for f in failing([key, key])] == [[0, 1], [0, 1]]
    assert asked == [4, 3]


def test_the_same_values_under_another_rule_are_judged_anew(asked: list[int]) -> None:
    assert places(hours("9")) == [0]
    longer = Question(
        "longer", "expect_column_values_to_be_between", {**HOURS, "max_value": 12}, {"hours": [Decimal(9)]}
    )
    assert places(longer) == []
    assert asked == [1, 1]


def test_uniqueness_is_judged_of_all_values_together(asked: list[int]) -> None:
    def key(*values: object) -> Question:
        return Question("key", "expect_column_values_to_be_unique", {"column": "key"}, {"key": list(values)})

    assert places(key(1, 2)) == []
    assert places(key(1, 2, 1)) == [0, 2]
    assert places(key(1, 2)) == []
    assert places(key(2, 2)) == [0, 1]
    assert asked == [2, 3, 0, 2]


def test_questions_of_different_length_do_not_disturb_each_other(asked: list[int]) -> None:
    days: list[object | None] = [dt.date(2024, 1, day) for day in range(1, 30)]
    window = {"column": "day", "min_value": dt.date(2024, 1, 2), "max_value": dt.date(2024, 1, 28)}
    questions = [
        hours("9", "2"),
        Question("window", "expect_column_values_to_be_between", window, {"day": days}),
        Question(
            "key", "expect_compound_columns_to_be_unique", {"column_list": ["a", "b"]}, {"a": [1, 1], "b": [2, 2]}
        ),
    ]
    assert [[int(p) for p in found] for found in failing(questions)] == [[0], [0, 28], [0, 1]]


def test_the_memory_is_bounded(asked: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expectations, "REMEMBERED", 2)
    assert places(hours("1", "2", "3")) == []
    assert places(hours("1", "99")) == [1]
    assert asked == [3, 2]
