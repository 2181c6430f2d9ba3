"""Mistakes in what shapes the rows are told like any other; two columns may read one header when one takes a part."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import House
from tests.contract_changes import Change, column, said, set_custom, table
from warehouse.contract.model import Table

SHEETS = {"sheet": "people", "parent": "Main", "on": {"_submission__uuid": "_uuid"}}
KEEP = {"by": ["ID"], "order": "Time", "take": "latest"}


def custom(name: str, value: object, of: str = "", position: int = 0) -> Change:
    return lambda d: set_custom(column(d, of) if of else table(d, position), name, value)


CHOICES = {"question": ["days"], "answers": {"am": []}}
MISTAKES: list[tuple[str, Change, list[str]]] = [
    ("sheets of text", custom("repeat", SHEETS), ["repeat", "a format with sheets"]),
    ("no key", custom("repeat", SHEETS | {"on": {}}, position=2), ["repeat.on"]),
    ("misspelt", custom("keep", KEEP | {"ordr": "x"}), ["did you mean 'order'?"]),
    ("no such rule", custom("keep", KEEP | {"take": "last"}), ["latest, earliest, highest, lowest"]),
    ("no values", custom("refuses", [{"header": "S", "values": [], "reason": "x"}]), ["refuses[0].values"]),
    ("no group", custom("extract", r"\d+", of="hours"), ["(?P<value>"]),
    ("broken", custom("extract", "(?P<value>[", of="hours"), ["this one is broken"]),
    ("one header", custom("merge", True, of="event_id"), ["1 header(s)", "two headers or more"]),
    ("of nothing", custom("join", ["First"], of="programme_id"), ["join", "a header to join it to"]),
    ("of a constant", custom("extract", "(?P<value>.)", of="programme_id"), ["extract", "a template"]),
    (
        "not a session",
        custom("sessions", {"header": "Day .+", "choices": CHOICES}),
        ["a header that matches the choices as well", "days/am"],
    ),
    (
        "two answers of one spelling",
        custom("sessions", {"header": "days/.+", "choices": CHOICES | {"answers": {"am": ["X"], "pm": ["x"]}}}),
        ["'x', which also means 'am'", "each spelling once"],
    ),
]


@pytest.mark.parametrize(("change", "parts"), [m[1:] for m in MISTAKES], ids=[m[0] for m in MISTAKES])
def test_a_mistake_is_told(house: House, change: Change, parts: list[str]) -> None:
    text = said(house, change)
    assert [part for part in parts if part not in text] == [], text


def share(document: dict[str, Any], **options: object) -> None:
    date = column(document, "session_date")
    hours = column(document, "hours")
    hours["physicalName"] = date["physicalName"]
    for name, value in options.items():
        set_custom(hours, name, value)


def test_two_columns_of_one_header_are_a_mistake_unless_one_takes_a_part(house: House) -> None:
    assert "a header once" in said(house, share)
    house.describe(lambda d: share(d, extract=r"\S+ \((?P<value>\d+) h\)|\S+"))
    assert len(house.contract.tables[0].columns) > 3


def known(house: House, change: Change) -> Table:
    house.describe(change)
    return house.contract.tables[0]


def test_what_shapes_a_table_is_known_and_shuts_the_fast_way(house: House) -> None:
    plain = known(house, lambda d: d)
    assert not plain.is_shaped
    kept = known(house, custom("keep", KEEP))
    assert kept.is_shaped
    assert {"id", "time"} <= kept.known_headers - plain.known_headers
    assert known(house, custom("join", ["First name"], of="name_latin")).known_headers >= {"first name"}
