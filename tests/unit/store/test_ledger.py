"""The ledger and whole files: what is read is what was written, and half a file is never seen."""

from __future__ import annotations

import json
import multiprocessing
import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from warehouse.store import ledger
from warehouse.store.files import StoreBusy, only_one, whole_file, write_json, write_parquet
from warehouse.store.home import Home
from warehouse.store.ledger import Counts, Delivery, LedgerBroken, Record

FIRST = Delivery("acme", "att_a.csv", "2024-01-01T00:00:00+00:00", 1, 10)
SECOND = Delivery("acme", "ឈ្មោះ.csv", "2024-01-02T00:00:00+00:00", 2, 10)
RECORD = Record(
    "ab" * 32,
    FIRST,
    "accepted",
    table="t",
    entity="attendance",
    slot="t/a",
    revision=2,
    counts=Counts(5, 5, 3, 1, 1, 2),
    notes=("a note",),
    validations=({"rule": "r", "rows_failed": 1},),
    repeats=(SECOND,),
)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def test_a_record_comes_back_as_it_was_written(home: Home) -> None:
    ledger.write(home, RECORD)
    assert ledger.read(home, RECORD.delivery_id) == RECORD
    assert ledger.read_all(home) == [RECORD]
    assert ledger.read(home, "cd" * 32) is None
    stored = json.loads((home.ledger / f"{RECORD.delivery_id}.json").read_text(encoding="utf-8"))
    assert stored["rows_read"] == 5 == stored["rows_accepted"] + stored["rows_quarantined"] + stored["rows_repeated"]
    assert stored["records_counted"] == 5
    assert stored["repeats"][0]["rows_repeated"] == 5


def test_an_arrival_known_already_changes_nothing() -> None:
    assert ledger.with_delivery(RECORD, FIRST) is RECORD
    assert ledger.with_delivery(RECORD, SECOND) is RECORD
    third = Delivery("acme", "att_a.csv", "2024-01-03T00:00:00+00:00", 3, 10)
    assert ledger.with_delivery(RECORD, third).deliveries == (FIRST, SECOND, third)


@pytest.mark.parametrize("text", ["", "{", "[]", '"x"', "null", "{}", '{"rows_read": 1}', "\xff", "[[]]"])
def test_a_record_that_is_none_is_told_with_its_file(home: Home, text: str) -> None:
    ledger.write(home, RECORD)
    path = home.ledger / f"{RECORD.delivery_id}.json"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(LedgerBroken) as raised:
        ledger.read_all(home)
    assert str(path) in str(raised.value)


def test_a_field_nobody_knows_is_no_record(home: Home) -> None:
    write_json(home, home.ledger / f"{RECORD.delivery_id}.json", RECORD.as_dict() | {"extra": 1})
    with pytest.raises(LedgerBroken):
        ledger.read(home, RECORD.delivery_id)


def test_a_block_that_fails_leaves_the_file_as_it_was(home: Home) -> None:
    path = home.root / "a" / "file"
    with whole_file(home, path) as scratch:
        scratch.write_text("old")

    def fail() -> None:
        with whole_file(home, path) as scratch:
            scratch.write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert path.read_text() == "old"
    assert list(home.scratch.iterdir()) == []


def test_a_killed_process_leaves_the_file_as_it_was(home: Home) -> None:
    path = home.root / "file"
    write_json(home, path, {"old": True})

    def killed() -> None:
        with whole_file(home, path) as scratch:
            scratch.write_text("half")
            os._exit(9)

    process = multiprocessing.get_context("fork").Process(target=killed)
    process.start()
    process.join()
    assert process.exitcode == 9
    assert json.loads(path.read_text()) == {"old": True}


def test_equal_tables_give_equal_bytes(home: Home) -> None:
    table = pa.table({"a": list(range(1000)), "b": ["x", None] * 500})
    write_parquet(home, home.root / "1.parquet", table)
    write_parquet(home, home.root / "2.parquet", table)
    assert (home.root / "1.parquet").read_bytes() == (home.root / "2.parquet").read_bytes()
    assert pq.read_table(home.root / "1.parquet") == table


def test_only_one_process_at_a_time_and_the_lock_dies_with_it(home: Home) -> None:
    context = multiprocessing.get_context("fork")
    ready, done = context.Event(), context.Event()

    def hold() -> None:
        with only_one(home, "name"):
            ready.set()
            done.wait(30)
            os._exit(9)

    process = context.Process(target=hold)
    process.start()
    assert ready.wait(30)
    with pytest.raises(StoreBusy), only_one(home, "name", wait=False):
        pass
    with only_one(home, "another", wait=False):
        done.set()
    process.join()
    with only_one(home, "name", wait=False):
        pass
