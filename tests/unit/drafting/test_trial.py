"""Trying a contract: the real ingest's outcome, in a home that is removed again."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from tests.conftest import House, listing, row
from warehouse.contract import ContractsInvalid
from warehouse.drafting.faults import FileMissing
from warehouse.drafting.trial import try_contract


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_trial_says_what_ingest_would_and_leaves_nothing(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "scratch").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "scratch"))
    rows = [row(n) for n in range(5)] + [row(7, Province="Atlantis"), row(8, Province="Nowhere"), row(9, mark="Z")]
    path = written(tmp_path, "att_one.csv", listing(*rows))
    (result,) = try_contract(house.home, house.contract.folder, [path])
    assert list((tmp_path / "scratch").iterdir()) == []
    assert house.records() == []
    real = house.ingest("att_one.csv", listing(*rows))
    assert result["outcome"] == real["outcome"] == "accepted"
    assert (result["rows_read"], result["rows_accepted"], result["rows_refused"]) == (8, 5, 3)
    told = [(r["rule"], r["header"], r["rows"], r["places"]) for r in result["refusals"]]
    assert told == [
        ("name_unknown", "Province", 2, [{"sheet": "", "rows": [7, 8]}]),
        ("code_unknown", "Mark", 1, [{"sheet": "", "rows": [9]}]),
    ]
    assert result["dates"][0]["column"] == "session_date"


def test_files_are_tried_in_the_order_given(house: House, tmp_path: Path) -> None:
    one = written(tmp_path, "plain_one.csv", listing(row(1, Event="7")))
    two = written(tmp_path, "plain_two.csv", listing(row(2, Event="E1")))
    assert [[d["kind"] for d in r["drift"]] for r in try_contract(house.home, house.contract.folder, [one, two])] == [
        [],
        ["retyped"],
    ]
    again = try_contract(house.home, house.contract.folder, [two, one])
    assert [[d["kind"] for d in r["drift"]] for r in again] == [[], ["retyped"]]


def test_a_file_that_would_be_held_is_told_with_its_error(house: House, tmp_path: Path) -> None:
    path = written(tmp_path, "unexpected.csv", listing())
    (result,) = try_contract(house.home, house.contract.folder, [path])
    assert (result["outcome"], result["error"]["code"]) == ("held", "SALA-F001")
    assert result["refusals"] == []


def test_the_mistakes_of_a_contract_are_told_all_at_once(house: House, tmp_path: Path) -> None:
    house.describe(lambda made: made.update(version=None, id="other"))
    path = written(tmp_path, "att_one.csv", listing())
    with pytest.raises(ContractsInvalid) as told:
        try_contract(house.home, house.home.contracts / "acme", [path])
    assert len(told.value.mistakes) >= 2


def test_what_is_not_there_is_told(house: House, tmp_path: Path) -> None:
    with pytest.raises(FileMissing):
        try_contract(house.home, house.contract.folder, [tmp_path / "none.csv"])
    path = written(tmp_path, "att_one.csv", listing())
    with pytest.raises(ContractsInvalid):
        try_contract(house.home, tmp_path / "nobody", [path])
