"""Which header of a file a missing one is taken to be now called."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse.contract.wording import counterparts


def test_each_header_of_the_file_is_meant_once_and_by_the_likest() -> None:
    wanted = {"rank": ["Rank"], "grade": ["Ranks held"]}
    assert counterparts(wanted, ["Ranks", "Shoes"]) == {"rank": "Ranks"}


@pytest.mark.parametrize(
    ("spelling", "header"),
    [
        ("participant/sex", "group_ab12/Sex"),
        ("sex", "group_ab12/persons/sex"),
        ("participant/sex", "participant/sexe"),
        ("SEX", "sex "),
    ],
)
def test_a_group_before_a_question_tells_nothing(spelling: str, header: str) -> None:
    assert counterparts({"sex": [spelling]}, ["participant/sizes", header]) == {"sex": header}


def test_of_two_questions_alike_the_group_decides() -> None:
    wanted = {"duty": ["officer/province"], "training": ["event/province"]}
    there = ["event_1/province", "officer_1/province"]
    assert counterparts(wanted, there) == {"duty": "officer_1/province", "training": "event_1/province"}


def test_nothing_near_is_meant_by_nothing() -> None:
    assert counterparts({"sex": ["Sex"]}, ["Shoe size", "Province"]) == {}


HEADERS = st.lists(st.text("abc/ ", min_size=1, max_size=6), max_size=6)


@given(HEADERS, HEADERS)
def test_no_header_is_ever_meant_twice(wanted: list[str], there: list[str]) -> None:
    found = counterparts({text: [text] for text in wanted}, there)
    assert len(set(found.values())) == len(found)
    assert set(found.values()) <= set(there)
