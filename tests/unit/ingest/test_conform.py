"""Conform: a column converted at once has the values that its texts have one by one."""

from __future__ import annotations

import hypothesis.strategies as st
import pytest
from hypothesis import example, given, settings

from tests.unit.ingest.test_values import convert
from warehouse.ingest.conform import _converted
from warehouse.ingest.parts import MISSING
from warehouse.ingest.values import OWN_VALUES, Converted
from warehouse.readers.raw import REAL_DATE

PIECES = st.sampled_from(
    [
        "",
        " ",
        "  ",
        "a",
        "Z",
        "07",
        "=",
        "?",
        "??",
        "-",
        "~",
        "!",
        "@",
        "\t",
        "\n",
        "\x7f",
        "\u200b",
        "é",
        "ស",
        REAL_DATE,
    ]
)


@pytest.mark.parametrize("name", ["person_id", "name_latin", "hours"])
@settings(deadline=None)
@given(texts=st.lists(st.lists(PIECES, max_size=6).map("".join), max_size=8, unique=True))
@example(texts=["Sok Dara", "012", "=1", "a?? ?", " a", "a ", "a  b", "O'Neil?", "", MISSING])
def test_a_column_converted_at_once_is_that_converted_text_by_text(name: str, texts: list[str]) -> None:
    one = convert(name)
    each = [Converted(None, "part_missing") if text == MISSING else one(text) for text in texts]
    values, rules = _converted(texts, one)
    assert [*zip(values, rules, strict=True)] == [(c.value, c.rule) for c in each]


def test_texts_and_names_are_converted_at_once() -> None:
    assert {convert("person_id"), convert("name_latin")} == OWN_VALUES.keys()
