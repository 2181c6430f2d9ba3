"""The same bytes from two partners: loaded once, on record for both, in any order of arrival (laws 1 and 2)."""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.conftest import LONG_AGO, PARTNER, Document, House, listing, row
from warehouse import pipeline
from warehouse.cli import main
from warehouse.contract import find, load_contracts
from warehouse.ingest import intake
from warehouse.ingest import settle as settling
from warehouse.ingest.expectations import RuleNotEvaluated
from warehouse.readers.faults import FileEmpty
from warehouse.store.home import Home
from warehouse.transform.inputs import write_inputs

OTHER = "zeta"
SAME = listing(row(1), row(2, "z"), row(3), row(4))
ROOMS = ("bronze", "quarantine")


@pytest.fixture
def new_house(tmp_path: Path) -> Callable[[], House]:
    """A home with two partners whose contracts are alike."""
    numbers = itertools.count()

    def make() -> House:
        folder = tmp_path / str(next(numbers))
        house = House(Home(folder / "home", folder / "partners"))
        house.describe()
        house.describe(as_other, OTHER)
        return house

    return make


def as_other(document: Document) -> None:
    document["id"] = OTHER
    document["servers"][0]["path"] = f"inbox/{OTHER}"
    document["customProperties"][0]["value"][0]["id"] = "zeta-training"
    for table in document["schema"]:
        table["properties"][0]["customProperties"][0]["value"] = "zeta-training"


def arrive(house: House, partner: str, name: str, content: str = SAME) -> dict[str, Any]:
    path = house.home.root / "inbox" / partner / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    os.utime(path, (LONG_AGO, LONG_AGO))
    return pipeline.ingest(partner, name, house.home)


def loads(house: House) -> list[dict[str, Any]]:
    write_inputs(house.home, load_contracts(house.home.contracts))
    found = pq.read_table(house.home.inputs / "deliveries.parquet").to_pylist()
    return sorted(found, key=lambda r: str(r["partner_id"]))


def rows_of(house: House) -> list[str]:
    paths = [p for room in ROOMS for p in (house.home.root / room).rglob("*.parquet") if "_schema" not in str(p)]
    return sorted(f"{p.parts[-3]} {p.parts[-2]} {pq.read_metadata(p).num_rows}" for p in paths)


# (A's name, B's name, whose it is in the end, the other's error)
CASES = [
    pytest.param("att_a.csv", "att_b.csv", PARTNER, "SALA-F016", id="both expect it"),
    pytest.param("att_a.csv", "other.csv", PARTNER, "SALA-F016", id="only the first expects it"),
    pytest.param("other.csv", "att_b.csv", OTHER, "SALA-F016", id="only the second expects it"),
    pytest.param("other.csv", "another.csv", None, "SALA-F001", id="neither expects it"),
]


@pytest.mark.parametrize(("ours", "theirs", "winner", "code"), CASES)
def test_each_partner_has_its_own_account_in_any_order(
    new_house: Callable[[], House], ours: str, theirs: str, winner: str | None, code: str
) -> None:
    arrivals = [(PARTNER, ours), (OTHER, theirs)]
    states = []
    for order in (arrivals, arrivals[::-1], [*arrivals[::-1], *arrivals]):
        house = new_house()
        last = [arrive(house, *arrival) for arrival in order][-1]
        for partner, _name in arrivals:
            assert pipeline.pending(partner, house.home) == []
        found = loads(house)
        by_partner = {r["partner_id"]: r for r in found}
        assert len(found) == len(by_partner) == 2
        for partner, name in arrivals:
            line = by_partner[partner]
            assert line["file_names"] == find(load_contracts(house.home.contracts), partner).shown(name)
            if partner == winner:
                assert (line["outcome"], line["is_active"], line["error_code"]) == ("accepted", True, None)
                assert line["rows_read"] == line["rows_accepted"] + line["rows_quarantined"] == 4
            else:
                assert (line["outcome"], line["is_active"], line["error_code"]) == ("held", False, code)
                assert line["rows_read"] == line["rows_accepted"] == line["rows_quarantined"] == 0
        if last["partner"] != winner and len(order) == 2:
            assert last["outcome"] == "held"
            assert last["error"]["code"] == code
            assert last["error"]["where"] == f"{last['partner']}/{last['file']}"
        for line in found:
            line.pop("deliveries")
        states.append((found, rows_of(house)))
    assert states[0] == states[1] == states[2]


def test_status_shows_the_file_to_the_partner_it_is_held_for(
    new_house: Callable[[], House], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    house = new_house()
    arrive(house, OTHER, "att_b.csv")
    arrive(house, PARTNER, "att_a.csv")
    monkeypatch.setenv("SALA_HOME", str(house.home.root))
    monkeypatch.setenv("SALA_CONTRACTS", str(house.home.contracts))
    assert main(["status", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    lines = {line["partner"]: (line["accepted"], line["held"], line["undecided"]) for line in said["partners"]}
    assert lines == {PARTNER: (1, 0, 0), OTHER: (0, 1, 0)}
    (held,) = said["held"]
    assert held["code"] == "SALA-F016"
    assert "zeta/att_b.csv" in held["action"]
    assert "acme/att_a.csv" in held["action"]


def test_what_one_contract_no_longer_accepts_the_other_partner_may_have(new_house: Callable[[], House]) -> None:
    house = new_house()
    arrive(house, PARTNER, "att_a.csv")
    arrive(house, OTHER, "att_b.csv")

    def narrower(document: Document) -> None:
        for table in document["schema"]:
            for each in table["customProperties"]:
                if each["property"] == "files":
                    each["value"] = each["value"].replace("att_", "list_")

    house.describe(narrower)
    for _ in range(2):
        pipeline.ingest_all(house.home, workers=1)
    assert {r["partner_id"]: r["outcome"] for r in loads(house)} == {PARTNER: "held", OTHER: "accepted"}
    assert [pipeline.pending(partner, house.home) for partner in (PARTNER, OTHER)] == [[], []]
    assert all(f"partner={OTHER}" in line for line in rows_of(house))


@pytest.mark.parametrize("workers", [1, 2])
def test_a_file_that_fails_does_not_keep_the_others_waiting(
    house: House, workers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        house.deliver(f"att_f{number}.csv", listing(row(number)))
    settle = settling.settle

    def fails_on_one(raw: Any, table: Any, contract: Any, groups: dict[str, str], *rest: Any) -> Any:
        if groups["slot"] == "f0":
            raise RuleNotEvaluated("the rule", "an error", "an answer", "correct it")
        if groups["slot"] == "f1":
            raise FileEmpty("the file")
        return settle(raw, table, contract, groups, *rest)

    monkeypatch.setattr(intake, "settle", fails_on_one)
    outcomes = pipeline.ingest_all(house.home, workers=workers)
    assert [o["outcome"] for o in outcomes] == ["failed", "held", "accepted"]
    assert outcomes[0]["error"]["code"] == "SALA-V001"
    assert len(pipeline.pending(PARTNER, house.home)) == 1, "it is undecided: nothing is lost"
    from warehouse.cli.steps import _found

    assert _found(outcomes) == 4
