"""The sentences of refusals: a partner who knows neither Sala nor Python can act on each; none quotes a value."""

from __future__ import annotations

from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.conftest import House
from tests.contract_changes import Document, column, set_custom, table, wide
from warehouse.pipeline import ingest, pending
from warehouse.store import ledger


def refused(house: House, name: str, content: str) -> list[dict[str, Any]]:
    house.deliver(name, content)
    for token in pending("acme", house.home):
        ingest("acme", token, house.home)
    record = ledger.read_all(house.home)[-1]
    path = house.home.quarantine("attendance", "acme", record.delivery_id)
    rows: list[dict[str, Any]] = pq.ParquetFile(path).read().to_pylist()
    return rows


GOOD = "E1,05/02/2024,1,Sok Dara,Takeo,6,P\nE1,06/02/2024,1,Sok Dara,Takeo,6,P\n"
HEADER = "Event,Date,ID,Name,Province,Hours,Mark\n"


@pytest.mark.parametrize(
    ("row", "code", "parts"),
    [
        ("E1,soon,2,X Y,Takeo,6,P", "SALA-R003", ["'Date' is not a date", "DD/MM/YYYY, for example 31/12/2024"]),
        ("E1,05/02/2023,2,X Y,Takeo,6,P", "SALA-R005", ["from 01/01/2024 to 31/12/2024"]),
        (
            "E1,05/02/2024,2,X Y,Atlantis,6,P",
            "SALA-R002",
            [
                "'Province'",
                "the official name of a province of Cambodia",
                "'Province' holds a name that is not known.",
            ],
        ),
    ],
)
def test_sentences_of_cells(house: House, row: str, code: str, parts: list[str]) -> None:
    (found,) = refused(house, "att_a.csv", HEADER + GOOD + row + "\n")
    assert found["code"] == code
    assert [part for part in parts if part not in found["message"]] == [], found["message"]
    assert "%" not in found["message"]
    assert "Atlantis" not in found["message"]


def test_an_ambiguous_date_is_to_be_written_the_way_that_can_be_read_once(house: House) -> None:
    formats = ["%d/%m/%Y", "%m/%d/%Y", "%Y-%m-%d"]
    house.describe(lambda d: set_custom(column(d, "session_date"), "dateFormats", formats))
    clear = "".join(f"E1,2024-02-{day:02},1,Sok Dara,Takeo,6,P\n" for day in range(1, 22))
    (found,) = refused(house, "att_a.csv", HEADER + clear + GOOD[:33])
    assert found["message"].endswith("Write it as YYYY-MM-DD, for example 2024-12-31.")


def with_a_day_to_come(document: Document) -> None:
    wide(document, r"Day (?P<day>\d\d-\d\d-2024|soon)")
    set_custom(table(document), "toleratedRefusedPercent", 100)


def test_a_wide_sheet_names_the_header_of_the_session(house: House) -> None:
    house.describe(with_a_day_to_come)
    text = "Event,ID,Name,Province,Hours,Day 05-02-2024,Day soon\nE1,1,Sok Dara,Takeo,6,P,P\nE1,2,X Y,Takeo,6,?,P\n"
    rows = refused(house, "att_w.csv", text)
    cells = [r for r in rows if r["column_name"] == "status"]
    assert [(r["header"], r["message"][:17]) for r in cells] == [("Day 05-02-2024", "'Day 05-02-2024' ")]
    dates = [r["message"] for r in rows if r["column_name"] == "session_date" and r["code"] == "SALA-R003"]
    assert dates
    assert all(m.startswith("The session's header 'Day soon' (day) is not a date.") for m in dates)


def test_rows_that_contradict_each_other_are_named_by_the_partners_headers_and_plain_words(house: House) -> None:
    house.describe(with_a_day_to_come)
    text = "Event,ID,Name,Province,Hours,Day 05-02-2024\nE1,1,Sok Dara,Takeo,6,P\nE1,1,Sok Dara,Takeo,6,A\n"
    rows = refused(house, "att_w.csv", text)
    key = [r["message"] for r in rows if r["code"] == "SALA-R013"]
    assert key
    assert set(key) == {"Rows with the same 'Event', day, 'ID' contradict each other. Keep the right one."}


@pytest.mark.parametrize(
    ("template", "subject"),
    [("{file.slot}", "The file's name (day)"), ("soon", "The contract's constant (day)")],
)
def test_a_value_without_a_header_says_where_it_comes_from(house: House, template: str, subject: str) -> None:
    def change(document: Document) -> None:
        set_custom(table(document), "toleratedRefusedPercent", 100)
        date = column(document, "session_date")
        date.pop("physicalName")
        set_custom(date, "template", template)

    house.describe(change)
    rows = refused(house, "att_a.csv", "Event,ID,Name,Province,Hours,Mark\nE1,1,Sok Dara,Takeo,6,P\n")
    said = [r for r in rows if r["code"] == "SALA-R003"]
    assert [r["header"] for r in said] == [None]
    assert said[0]["message"].startswith(subject)
