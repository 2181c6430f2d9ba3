"""Columns: a value has one code, rows are told apart by all their values, and no unheld value is written."""

from __future__ import annotations

import itertools

import hypothesis.strategies as st
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings

from tests.conftest import House
from warehouse.ingest.columns import Column, combined, numbered, shared
from warehouse.store.files import write_parquet
from warehouse.store.keys import load_keys


def column(*values: object, rules: dict[int, str] | None = None) -> Column:
    """Return a column with a row for each value, as the converters leave it: a code for each text."""
    found = [(rules or {}).get(place) for place in range(len(values))]
    return Column.of(np.arange(len(values), dtype=np.int32), list(values), found)


def test_two_spellings_of_a_value_have_one_code_and_unreadable_texts_stay_apart() -> None:
    made = column("a", None, "b", "a", None, None, rules={4: "odd", 5: "odd"})
    assert made.values == ["a", None, "b", None, None]
    assert made.codes.tolist() == [0, 1, 2, 0, 3, 4]
    assert made.rules == [None, None, None, "odd", "odd"]


def test_an_array_holds_no_value_that_no_row_holds() -> None:
    made = column("accepted", "refused", None, "other", "accepted").at(np.array([4, 2, 3, 0]))
    array = made.array(pa.string())
    assert array.to_pylist() == ["accepted", None, "other", "accepted"]
    assert array.dictionary.to_pylist() == ["accepted", "other"]


@pytest.mark.parametrize("values", [(), (None,), ("a",)])
def test_an_array_may_have_no_text(values: tuple[object, ...]) -> None:
    assert column(*values).array(pa.string()).to_pylist() == list(values)
    assert column(*values).at(np.empty(0, np.int64)).array(pa.string()).to_pylist() == []


@pytest.mark.parametrize("breadth", [3, 12, 40])
def test_rows_are_equal_when_all_their_values_are(breadth: int) -> None:
    draw = np.random.default_rng(breadth)
    rows = [draw.integers(0, 3, breadth) for _ in range(200)]
    rows += [rows[7].copy(), rows[0].copy(), rows[5] + np.eye(breadth, dtype=int)[0]]  # the last differs in one value
    # Many values that no row holds: numbers of tuples outgrow 64 bits and must be counted anew on the way.
    columns = [Column(np.array(codes, np.int32), [*range(90_000)], []) for codes in zip(*rows, strict=True)]
    found, first = numbered(columns)
    by_tuple = {tuple(row): None for row in map(tuple, rows)}
    places = {row: place for place, row in enumerate(by_tuple)}
    assert found.tolist() == [places[tuple(row)] for row in rows]
    assert [tuple(rows[place]) for place in first] == list(by_tuple)
    for one, other in itertools.combinations(range(50), 2):
        assert (combined(columns)[one] == combined(columns)[other]) == (tuple(rows[one]) == tuple(rows[other]))


def test_rows_of_one_column_have_its_numbers() -> None:
    found, first = numbered([column("a", "b", "a", "c", "b")])
    assert (found.tolist(), first.tolist()) == ([0, 1, 0, 2, 1], [0, 1, 3])
    found, first = numbered([column("a", "b", "a", "c", "b").at(np.array([3, 0, 3]))])
    assert (found.tolist(), first.tolist()) == ([0, 1, 0], [0, 1])


@settings(deadline=None)
@given(numbers=st.lists(st.integers(-3, 3) | st.integers(-(1 << 62), 1 << 62)))
def test_shared_are_the_rows_whose_number_stands_twice(numbers: list[int]) -> None:
    found = shared(np.array(numbers, np.int64))
    assert found.tolist() == [place for place, number in enumerate(numbers) if numbers.count(number) > 1]


def test_readers_of_a_file_see_text_and_not_how_it_was_encoded(house: House) -> None:
    path = house.home.root / "some.parquet"
    write_parquet(house.home, path, pa.table({"text": column("a", None, "a").array(pa.string())}))
    assert pq.read_table(path).to_pydict() == {"text": ["a", None, "a"]}
    assert pq.read_schema(path).field("text").type == pa.string()


def test_many_pseudonyms_are_the_same_as_one_by_one(house: House) -> None:
    keys, texts = load_keys(), ["", "a", "សុខ តារា", "x" * 200]
    assert keys.pseudonymise_all(texts) == [keys.pseudonymise(text) for text in texts]
