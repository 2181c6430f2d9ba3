"""The registry on disk: only ever added to, whole at any moment, with the time and the cause of each change."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from pathlib import Path

import pyarrow as pa
import pytest

from tests.conftest import House
from warehouse.identity import registry
from warehouse.identity.assignment import Assignment, Mint, assign
from warehouse.identity.causes import causes
from warehouse.identity.decisions import DECIDED
from warehouse.identity.registry import Entry, RegistryBroken, minting, read_entries
from warehouse.store.home import Home
from warehouse.store.keys import load_keys

NOON = dt.datetime(2024, 5, 1, 12, tzinfo=dt.UTC)
NOBODY = DECIDED.empty_table()


def plain(person: str, number: int) -> str:
    """Keys by which one sees who was there first: of two keys alike, the smaller stays."""
    return f"{person}{number}"


def write(
    home: Home,
    partition: dict[str, str],
    decided: pa.Table = NOBODY,
    model: str = "m1",
    now: dt.datetime = NOON,
    mint: Mint = plain,
) -> tuple[list[Entry], Assignment]:
    entries = read_entries(home)
    clusters = pa.table({"person_ref": [*partition], "cluster": [*partition.values()]})
    done = assign(registry.history(entries), clusters, mint)
    changed = bool(entries) and entries[-1].model != model
    why = causes(done.changes, done.keys, decided, changed)
    return registry.record(home, entries, done, why, model, now), done


def last(entries: list[Entry]) -> dict[str, tuple[str, str]]:
    """Who changed in the last run: person → event and cause."""
    return {row["person_ref"]: (row["event"], row["cause"]) for row in entries[-1].rows.to_pylist()}


def decision(left: str, right: str, verdict: str) -> pa.Table:
    return pa.table([[left], [right], [verdict]], schema=DECIDED)


def test_a_run_that_changes_nothing_adds_no_file(house: House) -> None:
    write(house.home, {"a": "1", "b": "1"})
    before = {p: p.read_bytes() for p in house.home.identity_registry.iterdir()}
    entries, _ = write(house.home, {"a": "9", "b": "9"}, now=NOON + dt.timedelta(days=1))
    assert {p: p.read_bytes() for p in house.home.identity_registry.iterdir()} == before
    assert len(before) == len(entries) == 1


def test_files_are_added_and_never_changed(house: House) -> None:
    write(house.home, {"a": "1"})
    (first,) = house.home.identity_registry.iterdir()
    kept = first.read_bytes()
    entries, _ = write(house.home, {"a": "1", "b": "2"}, now=NOON + dt.timedelta(days=1))
    assert first.read_bytes() == kept
    assert [entry.sequence for entry in entries] == [1, 2]
    assert read_entries(house.home)[1].rows.equals(entries[1].rows)
    assert (entries[1].persons, entries[1].officers, entries[1].model) == (2, 2, "m1")
    assert entries[1].rows["recorded_at"].to_pylist() == [NOON + dt.timedelta(days=1)]


def test_a_home_made_anew_has_the_same_keys(house: House) -> None:
    mint = minting(load_keys())
    _, once = write(house.home, {"a": "1", "b": "1", "c": "2"}, mint=mint)
    shutil.rmtree(house.home.identity_registry)
    _, again = write(house.home, {"c": "2", "b": "1", "a": "1"}, mint=mint)
    assert again.keys.equals(once.keys)
    assert {len(key) for key in again.minted} == {registry.KEY_LETTERS}


def test_keys_do_not_show_the_person(house: House) -> None:
    _, done = write(house.home, {"person-of-bronze": "1"}, mint=minting(load_keys()))
    (key,) = done.minted
    assert key.isalnum()
    assert key not in "person-of-bronze"


def test_causes_new_persons_and_withdrawn_ones(house: House) -> None:
    assert last(write(house.home, {"b": "1", "c": "2"})[0])["b"] == ("created", "new person")
    assert last(write(house.home, {"a": "1", "b": "1", "c": "2"})[0]) == {"a": ("joined", "new person")}
    assert last(write(house.home, {"a": "1", "b": "1"})[0]) == {"c": ("left", "withdrawn")}
    assert last(write(house.home, {"a": "1", "b": "1", "c": "2"})[0]) == {"c": ("returned", "delivered again")}


def test_a_merge_is_caused_by_the_person_who_links_else_by_evidence(house: House) -> None:
    write(house.home, {"a": "1", "b": "2"})
    assert last(write(house.home, {"a": "1", "b": "1", "c": "1"})[0])["b"] == ("merged", "new person")
    assert last(write(house.home, {"a": "1", "b": "2", "c": "1"})[0]) == {"b": ("split", "new evidence")}


def test_a_decision_explains_what_it_changed_and_nothing_later(house: House) -> None:
    write(house.home, {"a": "1", "b": "2", "c": "3"})
    same = decision("a", "b", "same")
    assert last(write(house.home, {"a": "1", "b": "1", "c": "3"}, same)[0]) == {"b": ("merged", "decision")}
    assert last(write(house.home, {"a": "1", "b": "1", "c": "1"}, same)[0]) == {"c": ("merged", "new evidence")}
    apart = decision("a", "b", "not same")
    assert last(write(house.home, {"a": "1", "b": "2", "c": "1"}, apart)[0]) == {"b": ("split", "decision")}


def test_another_model_is_recorded_even_where_nobody_moves(house: House) -> None:
    write(house.home, {"a": "1", "b": "2"})
    entries, _ = write(house.home, {"a": "1", "b": "2"}, model="m2")
    assert [(e.model, len(e.rows)) for e in entries] == [("m1", 2), ("m2", 0)]
    assert last(write(house.home, {"a": "1", "b": "1"}, model="m2")[0]) == {"b": ("merged", "new evidence")}
    assert last(write(house.home, {"a": "1", "b": "2"}, model="m3")[0]) == {"b": ("split", "model change")}


def test_who_asked_to_be_erased_is_told_apart_from_who_was_withdrawn(house: House) -> None:
    write(house.home, {"a": "1", "b": "2"})
    history = registry.history(read_entries(house.home))
    gone = assign(history, pa.table({"person_ref": ["a"], "cluster": ["1"]}), plain)
    assert causes(gone.changes, gone.keys, NOBODY, False, erased=["b"]).to_pylist() == ["erased"]
    assert causes(gone.changes, gone.keys, NOBODY, False).to_pylist() == ["withdrawn"]


def test_a_kill_while_writing_leaves_the_registry_as_it_was(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    write(house.home, {"a": "1"})

    def killed(*_: object) -> Path:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        write(house.home, {"a": "1", "b": "2"})
    monkeypatch.undo()
    assert len(read_entries(house.home)) == 1
    entries, done = write(house.home, {"a": "1", "b": "2"})
    assert last(entries) == {"b": ("created", "new person")}
    assert len(done.minted) == 1


@pytest.mark.parametrize("damage", ["remove", "cut", "foreign"])
def test_a_damaged_registry_stops_before_a_key_is_given_twice(house: House, damage: str) -> None:
    for people in ({"a": "1"}, {"a": "1", "b": "2"}):
        write(house.home, people)
    first = house.home.identity_registry / "000001.parquet"
    if damage == "remove":
        first.unlink()
    elif damage == "cut":
        os.truncate(first, first.stat().st_size - 20)
    else:
        first.write_text("no Parquet")
    with pytest.raises(RegistryBroken, match=r"SALA-I001[\s\S]*000001\.parquet"):
        read_entries(house.home)
