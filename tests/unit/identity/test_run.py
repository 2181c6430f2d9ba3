"""The step identify, with a stand-in that takes one name for one officer: what it leaves, twice, killed, afresh."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.conftest import House
from tests.unit.identity.test_persons import deliver
from warehouse.identity.decisions import DECIDED
from warehouse.identity.registry import RegistryBroken
from warehouse.identity.run import Method, run_identify
from warehouse.store.home import Home
from warehouse.store.keys import KeyOfAnotherHome, load_keys, new_key_file
from warehouse.store.schemas import CROSSWALK, IDENTITY_SUMMARY

NOON = dt.datetime(2024, 5, 1, 12, tzinfo=dt.UTC)
NOBODY = DECIDED.empty_table()


@dataclass(frozen=True)
class Known:
    features: pa.Table
    pairs: pa.Table


@dataclass(frozen=True)
class Resolution:
    persons: pa.Table
    known: Known


def by_name(persons: pa.Table, known: Known | None, decisions: pa.Table) -> Resolution:
    """Same name, same officer; strictly also the same police id, leniently the same first letter."""
    rows = persons.to_pylist()
    labels = {row["person_ref"]: row["name_latin"] or row["person_ref"] for row in rows}
    for left, right in ((d["left"], d["right"]) for d in decisions.to_pylist() if d["verdict"] == "same"):
        labels = {p: labels[left] if label == labels[right] else label for p, label in labels.items()}
    kinds = {
        "cluster": [labels[row["person_ref"]] for row in rows],
        "strict_cluster": [f"{labels[row['person_ref']]} {row['police_id']}" for row in rows],
        "lenient_cluster": [labels[row["person_ref"]][0] for row in rows],
    }
    made = {"person_ref": persons["person_ref"], **kinds}
    made |= {"method": pa.repeat("model", len(rows)), "probability_band": pa.repeat("high", len(rows))}
    refs = sorted(labels)
    pairs = [(a, b) for a in refs for b in refs if a < b and labels[a][0] == labels[b][0]]
    columns = {"left": [a for a, _ in pairs], "right": [b for _, b in pairs]}
    scored = pa.table(columns, schema=pa.schema([("left", pa.string()), ("right", pa.string())]))
    return Resolution(pa.table(made), Known(persons.select(["person_ref", "name_latin"]), scored))


def identify(
    house: House,
    deliveries: Sequence[tuple[str, str]],
    decisions: pa.Table = NOBODY,
    now: dt.datetime = NOON,
    model: str = "m1",
) -> dict[str, Any]:
    return run_identify(house.home, load_keys(), deliveries, decisions, Method(by_name, Known, model), now)


def named(names: dict[str, str | None], **said: Any) -> list[dict[str, Any]]:
    return [{"person_ref": ref, "name_latin": name} | said for ref, name in names.items()]


def two_partners(house: House) -> list[tuple[str, str]]:
    one = named({"a": "Sok", "b": "Sovann", "c": "Chan"})
    two = named({"d": "Sok", "e": "Dara"}, police_id="7")
    return [
        deliver(house, "d1", [{"person_ref": row["person_ref"]} for row in one], one),
        deliver(house, "d2", [{"person_ref": row["person_ref"]} for row in two], two, partner="q"),
    ]


def crosswalk(home: Home) -> dict[str, dict[str, Any]]:
    table = pq.ParquetFile(home.crosswalk).read()
    assert table.schema == CROSSWALK
    return {row["person_ref"]: row for row in table.to_pylist()}


def content(home: Home) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in sorted(home.identity.rglob("*.parquet"))}


def test_the_crosswalk_and_what_is_told(house: House) -> None:
    told = identify(house, two_partners(house))
    found = crosswalk(house.home)
    assert found["a"]["officer_key"] == found["d"]["officer_key"]
    assert len({row["officer_key"] for row in found.values()}) == told["officers"] == told["new_keys"] == 4
    assert (told["persons"], told["strict"], told["lenient"]) == (5, 5, 3)
    assert (told["merged"], told["split"], told["uncertain_pairs"]) == (0, 0, 3)
    assert found["d"] == found["a"] | {
        "person_ref": "d",
        "partner_id": "q",
        "strict_key": "Sok 7",
        "officer_key": found["a"]["officer_key"],
    }
    assert "4 officers, but 5 by the strict and 3 by the lenient" in told["warning"]


def test_a_narrow_range_needs_no_warning(house: House) -> None:
    one = named({"a": "Sok", "b": "Dara"})
    told = identify(house, [deliver(house, "d1", [{"person_ref": ref} for ref in "ab"], one)])
    assert told["warning"] is None


def test_nobody_is_an_empty_crosswalk(house: House) -> None:
    told = identify(house, [])
    assert (told["persons"], told["officers"], told["warning"]) == (0, 0, None)
    assert crosswalk(house.home) == {}
    assert pq.read_schema(house.home.identity_summary) == IDENTITY_SUMMARY


@pytest.mark.parametrize("lost", [(), ("identity_features", "identity_pairs", "crosswalk")])
def test_a_second_run_changes_nothing_with_what_was_kept_or_without(house: House, lost: tuple[str, ...]) -> None:
    deliveries = two_partners(house)
    identify(house, deliveries)
    before, found = content(house.home), crosswalk(house.home)
    for kept in lost:
        getattr(house.home, kept).unlink()
    told = identify(house, deliveries, now=NOON + dt.timedelta(days=1))
    assert crosswalk(house.home) == found
    assert lost or content(house.home) == before
    assert told["new_keys"] == 0


def test_keys_outlive_bronze_and_come_back_with_it(house: House) -> None:
    deliveries = two_partners(house)
    identify(house, deliveries)
    before = crosswalk(house.home)
    shutil.move(house.home.root / "bronze", house.home.root / "away")
    assert identify(house, deliveries)["persons"] == 0
    shutil.move(house.home.root / "away", house.home.root / "bronze")
    assert identify(house, deliveries)["new_keys"] == 0
    assert crosswalk(house.home) == before


@pytest.mark.parametrize("lost", ["the last file", "the folder"])
def test_a_registry_that_lost_its_end_stops_before_a_key_is_given_twice(house: House, lost: str) -> None:
    both = two_partners(house)
    for deliveries in (both[:1], both):
        identify(house, deliveries)
    before = house.home.crosswalk.read_bytes()
    files = sorted(house.home.identity_registry.iterdir())
    for path in files[-1:] if lost == "the last file" else files:
        path.unlink()
    with pytest.raises(RegistryBroken, match="SALA-I001"):
        identify(house, both)
    assert house.home.crosswalk.read_bytes() == before
    assert sorted(house.home.identity_registry.iterdir()) == (files[:-1] if lost == "the last file" else [])


def test_a_damaged_crosswalk_is_made_anew(house: House) -> None:
    both = two_partners(house)
    identify(house, both)
    before = house.home.crosswalk.read_bytes()
    house.home.crosswalk.write_bytes(b"hello")
    identify(house, both)
    assert house.home.crosswalk.read_bytes() == before


def test_a_delivery_that_no_longer_counts_takes_its_persons_with_it(house: House) -> None:
    deliveries = two_partners(house)
    identify(house, deliveries)
    identify(house, deliveries[:1])
    assert set(crosswalk(house.home)) == {"a", "b", "c"}
    changes = pq.read_table(house.home.identity_registry / "000002.parquet").to_pylist()
    assert [(row["event"], row["cause"], row["person_ref"]) for row in changes] == [
        ("left", "withdrawn", "d"),
        ("left", "withdrawn", "e"),
    ]


@pytest.mark.parametrize("moment", range(1, 6))
def test_a_kill_at_any_write_ends_as_an_undisturbed_run_does(
    house: House, monkeypatch: pytest.MonkeyPatch, moment: int
) -> None:
    deliveries = two_partners(house)
    identify(house, deliveries[:1])
    moves = iter(range(1, 100))
    replace = Path.replace

    def killed(scratch: Path, target: Path) -> Path:
        if next(moves) == moment:
            raise KeyboardInterrupt
        return replace(scratch, target)

    monkeypatch.setattr(Path, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        identify(house, deliveries)
    monkeypatch.undo()
    identify(house, deliveries)
    found = crosswalk(house.home)
    assert len({row["officer_key"] for row in found.values()}) == 4
    assert len(list(house.home.identity_registry.iterdir())) == 2
    before = content(house.home)
    identify(house, deliveries)
    assert content(house.home) == before


def test_expired_identifiers_leave_the_count_as_it_was(house: House) -> None:
    deliveries = two_partners(house)
    before = identify(house, deliveries)
    kept = crosswalk(house.home)
    house.home.vault(*deliveries[1]).unlink()
    told = identify(house, deliveries)
    assert told["officers"] == before["officers"]
    found = crosswalk(house.home)
    assert {ref: row["officer_key"] for ref, row in found.items()} == {r: row["officer_key"] for r, row in kept.items()}
    assert (found["d"]["method"], found["d"]["probability_band"]) == ("retained", None)
    assert found["a"]["method"] == "model"


def test_another_key_changes_nothing(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deliveries = two_partners(house)
    identify(house, deliveries)
    before = content(house.home)
    new_key_file(tmp_path / "other")
    monkeypatch.setenv("SALA_KEY_FILE", str(tmp_path / "other"))
    with pytest.raises(KeyOfAnotherHome, match="SALA-K002"):
        identify(house, deliveries)
    assert content(house.home) == before


def test_the_summary_counts_an_officer_of_two_partners_in_both_and_once_over_all(house: House) -> None:
    deliveries = two_partners(house)
    identify(house, deliveries[:1])
    identify(house, deliveries)
    rows = pq.read_table(house.home.identity_summary).to_pylist()
    found = {(r["measure"], r["partner_id"], r["label"]): (r["value"], r["previous"]) for r in rows}
    assert len(found) == len(rows)
    assert found["officers", None, None] == (4, 3)
    assert found["persons", None, None] == (5, 3)
    assert (found["officers", "p", None], found["officers", "q", None]) == ((3, None), (2, None))
    assert found["officers_strict", None, None] == (5, None)
    assert found["officers_lenient", "p", None] == (2, None)
    assert found["officers_of_several_partners", None, None] == found["officers_of_several_partners", "q", None]
    assert found["officers_by_size", None, "1"] == (3, None)
    assert found["officers_by_size", None, "2"] == (1, None)
    assert found["persons_linked", None, None] == (2, None)
    assert found["persons_by_band", "q", "high"] == (2, None)
    assert found["pairs_uncertain", None, None] == (3, None)
    assert found["pairs_uncertain", "p", None] == (3, None)
    assert found["pairs_scored", "q", None] == (2, None)
    assert found["persons_changed", None, "joined"] == (1, None)
    assert found["persons_changed", None, "created"] == (1, None)
    assert found["officers_ended", None, None] == (0, None)
