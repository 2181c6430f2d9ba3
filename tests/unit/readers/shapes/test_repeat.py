"""Repeat groups: every row of both sheets is accounted for, whatever the sheets hold."""

from __future__ import annotations

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

from tests.unit.readers.shapes.tables import column, lines, opened, refused, sheet, table
from warehouse.readers.faults import HeaderMissing, SheetUnknown
from warehouse.readers.grid import FaultyCell
from warehouse.readers.layout import lay_out
from warehouse.readers.shapes import shaped

MAIN = ("code | _id | when | _validation_status | _uuid | _index", "E1 | 1 | 2024-01-01 | | u1 | 1")
PEOPLE = "badge | _index | _parent_index | _submission__uuid"
GROUP = table(
    column("event_id", "code"),
    column("person_id", "badge"),
    repeat={"sheet": "people", "parent": "Main", "on": {"_submission__uuid": "_uuid"}},
    keep={"by": ["_id"], "order": "when", "take": "latest"},
    refuses=[{"header": "_validation_status", "values": ["On Hold"], "reason": "nobody looked"}],
    ignoredColumns=["_index", "_parent_index"],
)


def test_each_row_gets_its_submission_and_keeps_its_own_columns() -> None:
    people = sheet("people", PEOPLE, "A | 1 | 9 | u1", "B | 2 | 9 | u1", number=2)
    (grid,) = shaped(opened(sheet("Main", *MAIN), people), GROUP).grids
    assert (grid.name, grid.number, grid.set_aside, grid.counted) == ("people", 2, 2, 5)
    assert lines(grid)[1] == "A|1|9|u1|E1|1|2024-01-01||u1"
    assert lines(grid)[0].count("_index") == 2, "_index and _parent_index of the row, none of the submission's"


def test_rows_without_exactly_one_submission_are_refused() -> None:
    twice = sheet("Main", *MAIN, "E2 | 2 | 2024-01-01 | | u2 | 2", "E3 | 3 | 2024-01-01 | | u2 | 3")
    people = sheet("people", PEOPLE, "A | 1 | 1 | u1", "B | 2 | 1 | u9", "C | 3 | 2 | u2", "D | 4 | 1 |")
    (grid,) = shaped(opened(twice, people), GROUP).grids
    assert refused(grid) == [(2, "parent_missing"), (3, "parent_missing"), (4, "parent_missing")]
    assert "2 of 3 submissions have no row here" in grid.notes


def test_what_is_decided_on_a_submission_holds_for_its_rows() -> None:
    main = sheet("Main", *MAIN, "E1 | 1 | 2024-01-02 | | u2 | 2", "E5 | 5 | 2024-01-02 | on hold | u5 | 3")
    people = sheet("people", PEOPLE, "A | 1 | 1 | u1", "A | 2 | 2 | u2", "A | 3 | 3 | u5", "B | 4 | 1 | u1", number=2)
    (grid,) = shaped(opened(main, people), GROUP).grids
    assert refused(grid) == [(1, "superseded"), (2 + 1, "rejected_status"), (4, "superseded")]
    assert grid.refused[0].expected == "row 3 of sheet 1, which has the latest 'when'"


def test_a_faulty_cell_of_a_submission_is_one_of_each_of_its_rows() -> None:
    main = sheet("Main", *MAIN, faults=(FaultyCell(1, 0, "error_cell"), FaultyCell(1, 5, "error_cell")))
    people = sheet("people", PEOPLE, "A | 1 | 1 | u1", "B | 2 | 1 | u1")
    (grid,) = shaped(opened(main, people), GROUP).grids
    assert grid.faults == (FaultyCell(1, 4, "error_cell"), FaultyCell(2, 4, "error_cell"))


def test_a_sheet_that_is_not_there_holds_the_file() -> None:
    with pytest.raises(SheetUnknown, match="0 sheets like people"):
        shaped(opened(sheet("Main", *MAIN)), GROUP)


def test_the_column_that_joins_must_be_there() -> None:
    people = sheet("people", "badge | _parent_index", "A | 1")
    with pytest.raises(HeaderMissing, match="_submission__uuid"):
        shaped(opened(sheet("Main", *MAIN), people), GROUP)


KEYS = st.sampled_from(["u1", "u2", "u3", ""])


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)  # the machine may be busy
@given(parents=st.lists(KEYS, max_size=5), children=st.lists(KEYS, min_size=1, max_size=6))
def test_every_row_of_both_sheets_is_accounted_for(parents: list[str], children: list[str]) -> None:
    main = sheet("Main", MAIN[0], *(f"E{n} | {n} | 2024-01-01 | | {key} | 1" for n, key in enumerate(parents)))
    people = sheet("people", PEOPLE, *(f"P{n} | 1 | 1 | {key}" for n, key in enumerate(children)))
    (laid,) = lay_out(opened(main, people), GROUP).sheets
    assert laid.rows.column("person_id").to_pylist() == [f"P{n}" for n in range(len(children))]
    assert laid.counted - laid.set_aside == len(children)
    known = {key for key in parents if key and parents.count(key) == 1}
    orphans = {n + 2 for n, key in enumerate(children) if key not in known}
    assert {one.row_number for one in laid.refused if one.rule == "parent_missing"} == orphans
