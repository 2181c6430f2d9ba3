"""Answers to choose from: three spellings of an export, one reading; what they disagree in is refused."""

from __future__ import annotations

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

from tests.unit.readers.shapes.tables import column, lines, opened, refused, sheet, table
from warehouse.readers.faults import HeaderDuplicated
from warehouse.readers.grid import FaultyCell, Grid
from warehouse.readers.layout import lay_out
from warehouse.readers.shapes import shaped

ANSWERS = {"am": ["Tuesday morning"], "pm": ["Tuesday"], "eve": []}
DAYS = table(
    column("person_id", "badge"),
    column("status"),
    sessions={"header": "days/(?P<name>am|pm|eve)", "choices": {"question": ["days", "Days came"], "answers": ANSWERS}},
)


def unfolded(*rows: str, **facts: bool) -> Grid:
    return shaped(opened(sheet("", *rows, **facts)), DAYS).grids[0]


def test_one_column_with_all_answers() -> None:
    grid = unfolded("badge | days", "A | am eve", "B | pm", "C |")
    assert lines(grid) == ["badge||days/am|days/pm|days/eve", "A|am eve|1|0|1", "B|pm|0|1|0", "C"]


def test_a_column_for_each_answer_with_labels_and_truth() -> None:
    grid = unfolded("badge | Days came/Tuesday morning | Days came/Tuesday", "A | TRUE | FALSE", "B | 0 | 1")
    assert lines(grid) == ["badge|days/am|days/pm", "A|1|0", "B|0|1"]


def test_labels_with_spaces_are_told_apart() -> None:
    assert lines(unfolded("badge | days", "A | Tuesday Tuesday morning"))[1] == "A|Tuesday Tuesday morning|1|1|0"
    assert lines(unfolded("badge | days", "A | Tuesday morning"))[1] == "A|Tuesday morning|1|0|0"


def test_both_spellings_must_agree() -> None:
    rows = ("badge | days | days/am | days/pm", "A | am | 1 | 0", "B | am | 1 | 1", "C | | 0 | 0", "D | eve | 0 | 0")
    assert refused(unfolded(*rows)) == [(2, "values_differ"), (4, "values_differ")]


@pytest.mark.parametrize("text", ["am night", "amam", "am/pm", "morning"])
def test_an_answer_that_is_not_agreed_refuses_the_row(text: str) -> None:
    grid = unfolded("badge | days", f"A | {text}")
    assert refused(grid) == [(1, "code_unknown")]
    assert text not in grid.refused[0].expected


def test_a_row_of_another_width_than_the_header_is_still_refused() -> None:
    grid = unfolded("badge | days | more", "A | am | x", "B | am", "C | am | x | y", has_widths=True)
    assert refused(grid) == [(2, "row_width"), (3, "row_width")]
    assert refused(unfolded("badge | days", "A | am |", "B | pm |", has_widths=True)) == []


def test_an_error_in_the_question_is_one_in_every_answer() -> None:
    grid = sheet("", "badge | days", "A |", faults=(FaultyCell(1, 1, "error_cell"),))
    assert [fault.position for fault in shaped(opened(grid), DAYS).grids[0].faults] == [1, 2, 3, 4]


def test_an_answer_with_two_columns_holds_the_file() -> None:
    with pytest.raises(HeaderDuplicated, match="2 columns"):
        unfolded("badge | days/am | Days came/Tuesday morning", "A | 1 | 0")


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)  # the machine may be busy
@given(st.lists(st.sets(st.sampled_from(sorted(ANSWERS)), min_size=1), min_size=1, max_size=4))
def test_all_spellings_give_the_same_sessions(chosen: list[set[str]]) -> None:
    each = [" | ".join("1" if answer in some else "0" for answer in ANSWERS) for some in chosen]
    one = ["badge | days", *(f"A | {' '.join(sorted(some))}" for some in chosen)]
    many = ["badge | days/am | days/pm | days/eve", *(f"A | {row}" for row in each)]
    both = [f"{a} | {b.split('|', 1)[1]}" for a, b in zip(one, many, strict=True)]

    def cells(rows: list[str]) -> list[list[str]]:
        (laid,) = lay_out(opened(sheet("", *rows)), DAYS).sheets
        assert laid.refused == ()
        assert [session.groups["name"] for session in laid.sessions] == list(ANSWERS)
        return [laid.rows.column(f"#{n}").to_pylist() for n in range(len(ANSWERS))]

    assert cells(one) == cells(many) == cells(both)
