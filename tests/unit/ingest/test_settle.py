"""What becomes of every row: those that do not count by rule keep one reason and tell against nobody."""

from __future__ import annotations

from typing import Any

import pyarrow.parquet as pq

from tests.conftest import House
from tests.contract_changes import Document, column, set_custom, table
from warehouse.pipeline import ingest, pending
from warehouse.store import ledger
from warehouse.store.ledger import Record

HEADER = "Event,Date,ID,Name,Province,Hours,Mark,Time,State\n"
KEEP = {"by": ["ID"], "order": "Time", "take": "latest"}
REFUSES = [{"header": "State", "values": ["no"], "reason": "it was not approved"}]


def settled(house: House, *rows: str, keep: bool = True, tolerated: int = 0) -> tuple[Record, list[dict[str, Any]]]:
    def change(document: Document) -> None:
        set_custom(table(document), "toleratedRefusedPercent", tolerated)
        set_custom(table(document), "refuses", REFUSES)
        if keep:
            set_custom(table(document), "keep", KEEP)

    house.describe(change)
    house.deliver("att_a.csv", HEADER + "\n".join(rows) + "\n")
    (token,) = pending("acme", house.home)
    ingest("acme", token, house.home)
    record = ledger.read_all(house.home)[-1]
    path = house.home.quarantine("attendance", "acme", record.delivery_id)
    found: list[dict[str, Any]] = pq.ParquetFile(path).read().to_pylist() if path.exists() else []
    return record, found


def row(person: int, time: str, state: str = "", province: str = "Takeo") -> str:
    return f"E1,05/02/2024,{person},Sok Dara,{province},6,P,2024-02-0{time},{state}"


def test_rows_that_do_not_count_by_rule_count_towards_no_tolerance(house: House) -> None:
    record, refused = settled(house, row(1, "1"), row(1, "2", province="Kep"), row(1, "3"), row(2, "1", "no"))
    assert (record.outcome, record.counts.accepted, record.counts.quarantined) == ("accepted", 1, 3)
    assert sorted((r["row_number"], r["code"]) for r in refused) == [
        (2, "SALA-R017"),
        (3, "SALA-R017"),
        (5, "SALA-R018"),
    ]


def test_the_others_are_measured_without_them(house: House) -> None:
    rows = [row(1, "1"), row(1, "2"), row(2, "1", "no"), row(3, "1", province="Atlantis")]
    record, _ = settled(house, *rows, tolerated=49)
    assert record.error is not None
    assert record.error["found"] == "1 of 2 rows refused"


def test_an_edit_of_what_is_not_read_takes_the_place_of_what_it_equals(house: House) -> None:
    record, refused = settled(house, row(1, "1"), row(1, "2"))
    assert (record.counts.accepted, record.counts.repeated) == (1, 0), "the row that counts is no repeat of the other"
    assert [r["row_number"] for r in refused] == [2]


def test_a_row_that_does_not_count_has_that_reason_alone(house: House) -> None:
    out_of_window = row(1, "2").replace("05/02/2024", "05/02/2023")
    _, refused = settled(house, row(1, "1", province="Atlantis"), out_of_window, row(1, "3"))
    assert [r["rule"] for r in refused] == ["superseded", "superseded"]


def test_a_row_that_does_not_count_contradicts_nobody(house: House) -> None:
    record, refused = settled(house, row(1, "1", "no", province="Kep"), row(1, "2"), keep=False)
    assert [r["rule"] for r in refused] == ["rejected_status"]
    assert record.counts.accepted == 1


def test_two_columns_of_one_header_take_their_parts_on_the_fast_way_too(house: House) -> None:
    def change(document: Document) -> None:
        hours = column(document, "hours")
        hours["physicalName"] = "Mark"
        set_custom(hours, "extract", r"[PA] (?P<value>\d+)")
        set_custom(column(document, "status"), "extract", r"(?P<value>[PA]) \d+")

    house.describe(change)
    house.deliver("att_a.csv", "Event,Date,ID,Name,Province,Mark\nE1,05/02/2024,1,Sok Dara,Takeo,P 5\n")
    (token,) = pending("acme", house.home)
    ingest("acme", token, house.home)
    record = ledger.read_all(house.home)[-1]
    (found,) = pq.ParquetFile(house.home.bronze("attendance", "acme", record.delivery_id)).read().to_pylist()
    assert (str(found["hours"]), found["status"]) == ("5.00", "present")
