"""Validate: which rows repeat others, name nobody, or are asked about, against the plainest way to say it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from types import SimpleNamespace
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from tests.conftest import House, listing, row
from warehouse.ingest import expectations
from warehouse.ingest.columns import Column
from warehouse.ingest.conform import Conformed, RowsRefused
from warehouse.ingest.validate import Asked, nobody_rows, repeated_rows

NAMES = ("event_id", "person_id", "hours")
CELLS = st.lists(st.tuples(*[st.sampled_from(["a", "b", "-", None])] * 3), max_size=12)


def conformed(rows: list[tuple[Any, ...]]) -> Conformed:
    numbers = np.arange(len(rows), dtype=np.int32)
    columns = {name: Column.of(numbers, [row[place] for row in rows]) for place, name in enumerate(NAMES)}
    one = np.zeros(len(rows), np.int32)
    return Conformed(columns, [""], one, one + 1, numbers, Column.constant(None, len(rows)), {})


def table(key: tuple[str, ...] = (), identifying: tuple[str, ...] = ()) -> Any:
    columns = [SimpleNamespace(name=n, column=SimpleNamespace(identifies=n in identifying)) for n in NAMES]
    return SimpleNamespace(primary_key=key, columns=columns)


@pytest.mark.parametrize("key", [(), ("event_id",), ("event_id", "person_id")])
@settings(deadline=None)
@given(rows=CELLS, wide=st.sets(st.integers(0, 11)), refused=st.sets(st.integers(0, 11)))
def test_a_row_repeats_an_earlier_one_that_is_as_sound(
    key: tuple[str, ...], rows: list[tuple[Any, ...]], wide: set[int], refused: set[int]
) -> None:
    of = conformed(rows)
    of.faults.append(("row_width", np.array([i for i in wide if i < len(rows)], np.int64), None))
    alone = np.array([i for i in refused if i < len(rows)], np.int64)
    of.refused.append(RowsRefused("superseded", "", "", alone))
    whole = [(i in wide or i in refused, *row) for i, row in enumerate(rows)]
    assert repeated_rows(of, table(key)).tolist() == [row in whole[:i] for i, row in enumerate(whole)]


@settings(deadline=None)
@given(rows=CELLS)
def test_rows_in_which_no_identifying_cell_says_anything_name_nobody(rows: list[tuple[Any, ...]]) -> None:
    found = nobody_rows(conformed(rows), table(identifying=("event_id", "person_id")))
    assert found.tolist() == [event in ("-", None) and person in ("-", None) for event, person, _ in rows]


@settings(deadline=None)
@given(codes=st.lists(st.integers(0, 3)), failed=st.sets(st.integers(0, 2)), passed=st.sets(st.integers(0, 9)))
def test_rows_fail_and_are_counted_by_the_places_of_their_values(
    codes: list[int], failed: set[int], passed: set[int]
) -> None:
    places = [2, -1, 0, 1]
    asked = Asked({"x": ["c", "d", "a"]}, np.array(codes, np.int32), np.array(places))
    counting = np.array([i not in passed for i in range(len(codes))], bool)
    rows = [i for i, code in enumerate(codes) if i not in passed and places[code] in failed]
    assert asked.rows(np.array(sorted(failed), np.int64), counting).tolist() == rows
    assert asked.evaluated(counting) == sum(i not in passed and code != 1 for i, code in enumerate(codes))


def test_the_days_of_the_course_are_judged_with_the_first_file(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.ingest("att_a.csv", listing(row(1)))
    judged, asked = expectations._judged, Counter[str]()

    def counting(questions: Any) -> Any:
        asked.update({q.name: len(q.rows) for q in questions})
        return judged(questions)

    monkeypatch.setattr(expectations, "_judged", counting)
    window = house.contract.tables[0].options.courseWindow
    assert window is not None
    inside, outside = window.from_ + dt.timedelta(1), window.to + dt.timedelta(1)
    days = [row(i, **{"Date": f"{day:%d/%m/%Y}"}) for i, day in enumerate((inside, outside), start=1)]
    outcome = house.ingest("att_b.csv", listing(*days))
    assert asked["date_outside_window"] == 1, "of the days of the course the validator was asked before"
    assert outcome["rows_quarantined"] == 1
