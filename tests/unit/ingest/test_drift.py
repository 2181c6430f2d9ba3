"""Drift: what changed in a partner's file is told in the outcome, whatever order files are ingested in."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import HEADER, LONG_AGO, Document, House, listing, row
from warehouse import pipeline
from warehouse.ingest.drift import changes_between, drifts
from warehouse.readers.kinds import kind_of, kind_of_column
from warehouse.readers.raw import REAL_DATE
from warehouse.readers.versions import versions_of

IN_ITS_TIME = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # on a busy machine too
COLUMNS = ["a", "b", "c", "d", "e", "f"]


def layout(names: list[str], **more: Any) -> dict[str, Any]:
    columns = [{"name": name, "header": name.upper(), "kind": "text"} for name in names]
    table = {"sheets": [1], "header_row": 1, "columns": columns, "sessions": 0, "unknown": [], "versions": []}
    return {"tables": [table | more]}


def told(house: House, change: str, header: str = HEADER, *rows: str) -> list[dict[str, Any]]:
    """What the second of two deliveries is said to have changed, of one kind."""
    house.ingest("plain_one.csv", listing())
    house.deliver("plain_two.csv", listing(*rows, header=header), at=LONG_AGO + 60)
    return [d for d in pipeline.ingest("acme", "plain_two.csv", house.home)["drift"] if d["kind"] == change]


def test_the_same_layout_again_is_no_drift(house: House) -> None:
    house.ingest("plain_one.csv", listing())
    house.deliver("plain_two.csv", listing(row(3), row(4)), at=LONG_AGO + 60)
    assert pipeline.ingest("acme", "plain_two.csv", house.home)["drift"] == []


def test_a_header_written_in_another_known_way_is_told(house: House) -> None:
    house.describe(lambda made: _name(made).update(synonyms=[{"synonym": "Full name"}]))
    (found,) = told(house, "renamed", HEADER.replace("Name", "Full name"))
    assert (found["column"], found["found"]) == ("name_latin", "'Name' is now written 'Full name'")


def _name(made: Document) -> Document:
    return next(c for c in made["schema"][1]["properties"] if c["name"] == "name_latin")


def test_only_the_column_that_moved_is_told(house: House) -> None:
    moved = "Mark," + HEADER.removesuffix(",Mark")
    rows = ["P," + row(number).removesuffix(",P") for number in (1, 2)]
    (found,) = told(house, "moved", moved, *rows)
    assert (found["column"], found["found"]) == ("status", "'Mark' stands first now")


def test_an_added_column_is_told_with_the_nearest_entry_and_a_dropped_one_after_it(house: House) -> None:
    (found,) = told(house, "added", HEADER + ",Provinces", row(1) + ",Kampot", row(2) + ",Kampot")
    assert found["found"] == "column 'Provinces' is new and was not read"
    assert found["nearest"] == "did you mean 'Province'?"
    house.deliver("plain_three.csv", listing(row(5)), at=LONG_AGO + 120)
    after = pipeline.ingest("acme", "plain_three.csv", house.home)["drift"]
    assert [d["kind"] for d in after] == ["dropped"]


def test_a_column_of_another_kind_is_told(house: House) -> None:
    (found,) = told(house, "retyped", HEADER, row(1, Event="7"), row(2, Event="8"))
    assert (found["column"], found["found"]) == ("event_id", "'Event' holds numbers, before it held texts")


def test_a_code_nobody_agreed_is_told_with_its_column_and_never_quoted(house: House) -> None:
    (found,) = told(house, "new_code", HEADER, row(1), row(2), row(3), row(4, mark="Canary"))
    assert found["column"] == "status"
    assert found["found"].startswith("1 cell of 'status'")
    assert "Canary" not in json.dumps([vars(r) for r in house.records()], default=str)


def test_a_new_version_of_the_form_is_told(house: House) -> None:
    house.ingest("plain_one.csv", listing(row(1) + ",vK3tq8", header=HEADER + ",__version__"))
    house.deliver("plain_two.csv", listing(row(2) + ",vM9bb1", header=HEADER + ",__version__"), at=LONG_AGO + 60)
    (found,) = pipeline.ingest("acme", "plain_two.csv", house.home)["drift"]
    assert (found["kind"], found["nearest"]) == ("new_form_version", "before: vK3tq8")
    assert "vM9bb1" in found["found"]


def test_a_header_that_moved_down_is_told(house: House) -> None:
    house.describe(lambda made: made["schema"][0]["customProperties"].append({"property": "headerWithin", "value": 9}))
    house.ingest("att_one.csv", listing())
    house.deliver("att_two.csv", "A list,,,,,,\n" + listing(), at=LONG_AGO + 60)
    found = [d for d in pipeline.ingest("acme", "att_two.csv", house.home)["drift"] if d["kind"] == "header_moved"]
    assert [d["found"] for d in found] == ["the header stands in row 2, before in row 1"]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_drift_is_the_same_in_whatever_order_files_come(house: House, order: tuple[int, ...]) -> None:
    headers = [HEADER, HEADER + ",Remarks", HEADER]
    for place in order:
        cells = [row(place), row(place + 10)]
        rows = [line + ",late" for line in cells] if "Remarks" in headers[place] else cells
        house.deliver(f"plain_{place}.csv", listing(*rows, header=headers[place]), at=LONG_AGO + 60 * place)
        pipeline.ingest("acme", f"plain_{place}.csv", house.home)
    found = drifts(house.records(), [house.contract])
    by_file = {r.delivery.file: [d.kind for d in found.get(r.delivery_id, [])] for r in house.records()}
    assert by_file == {"plain_0.csv": [], "plain_1.csv": ["added"], "plain_2.csv": ["dropped"]}


def test_a_held_file_is_compared_too_and_is_nothing_to_compare_with(house: House) -> None:
    house.ingest("plain_one.csv", listing())
    wrong = [row(n, Province="Atlantis", Event=str(n)) for n in range(4)]
    house.deliver("plain_two.csv", listing(*wrong), at=LONG_AGO + 60)
    held = pipeline.ingest("acme", "plain_two.csv", house.home)
    assert held["outcome"] == "held"
    assert {d["kind"] for d in held["drift"]} == {"retyped", "new_code"}
    house.deliver("plain_three.csv", listing(row(7)), at=LONG_AGO + 120)
    assert pipeline.ingest("acme", "plain_three.csv", house.home)["drift"] == []


@IN_ITS_TIME
@given(st.permutations(COLUMNS))
def test_leaving_out_what_moved_leaves_the_same_order(order: list[str]) -> None:
    moved = {d.column for d in changes_between(layout(COLUMNS), layout(order), []) if d.kind == "moved"}
    assert [n for n in order if n not in moved] == [n for n in COLUMNS if n not in moved]
    assert (order == COLUMNS) == (not moved)


@IN_ITS_TIME
@given(st.sampled_from(COLUMNS), st.integers(0, len(COLUMNS) - 1))
def test_one_column_put_elsewhere_is_one_change(name: str, place: int) -> None:
    order = [n for n in COLUMNS if n != name]
    order.insert(place, name)
    moved = [d for d in changes_between(layout(COLUMNS), layout(order), []) if d.kind == "moved"]
    assert len(moved) == (order != COLUMNS)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", "empty"),
        (" \u200b", "empty"),
        ("12", "number"),
        ("១២", "number"),
        ("7,5", "number"),
        ("12/05/2024", "date"),
        ("០៤/០៤/២៥៦៦", "date"),
        ("2024-05-12T10:00:00+07:00", "date"),
        (REAL_DATE + "2024-05-12", "date"),
        ("012 000 210", "text"),
        ("Kampot", "text"),
    ],
)
def test_the_kind_of_a_cell(text: str, kind: str) -> None:
    assert kind_of(text) == kind


def test_one_slip_does_not_make_a_column_another() -> None:
    assert kind_of_column([*map(str, range(20)), "late"]) == "number"
    assert kind_of_column(["1", "2", "a", "b"]) == "mixed"
    assert kind_of_column(["", " "]) == "empty"


@IN_ITS_TIME
@given(st.text(max_size=30))
def test_only_what_looks_like_a_version_is_kept(text: str) -> None:
    kept = versions_of([text, "vK3tq8"])
    assert "vK3tq8" in kept
    assert all(re.fullmatch(r"v\w{4,40}|\d{1,10}", version) for version in kept)
