"""One home, one key: persons of two keys would be counted twice, so the second key is refused."""

from __future__ import annotations

import multiprocessing
import os
from pathlib import Path

import pytest

from tests.conftest import PARTNER, House, listing
from warehouse import pipeline
from warehouse.store.home import Home
from warehouse.store.keys import KeyOfAnotherHome, load_keys, new_key_file, require_key

FORK = multiprocessing.get_context("fork")


def files_of(home: Home) -> set[Path]:
    zones = [home.root / zone for zone in ("archive", "bronze", "ledger", "vault", "quarantine")]
    return {path for zone in zones for path in zone.rglob("*")}


def test_a_delivery_is_not_ingested_with_another_key(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert house.ingest("att_a.csv", listing())["outcome"] == "accepted"
    kept = house.home.key_fingerprint.read_text()
    before = files_of(house.home)
    house.deliver("att_b.csv", listing())
    house.deliver("att_c.csv", listing(end="\r\n"))
    new_key_file(tmp_path / "another")
    with monkeypatch.context() as changed:
        changed.setenv("SALA_KEY_FILE", str(tmp_path / "another"))
        for workers in (1, 2):
            with pytest.raises(KeyOfAnotherHome):
                pipeline.ingest_all(house.home, workers=workers)
        with pytest.raises(KeyOfAnotherHome) as raised:
            pipeline.ingest(PARTNER, "att_b.csv", house.home)
    assert raised.value.code == "SALA-K002"
    assert kept.strip() in str(raised.value)
    assert files_of(house.home) == before
    assert house.home.key_fingerprint.read_text() == kept
    assert {o["outcome"] for o in pipeline.ingest_all(house.home, workers=1)} == {"repeat", "accepted"}


def test_of_two_keys_at_once_exactly_one_makes_the_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = Home(tmp_path / "home")
    keys = []
    for number in range(6):
        new_key_file(tmp_path / f"key{number}")
        monkeypatch.setenv("SALA_KEY_FILE", str(tmp_path / f"key{number}"))
        keys.append(load_keys())
    start = FORK.Barrier(len(keys))

    def child(place: int) -> None:
        start.wait()
        try:
            require_key(home, keys[place])
        except KeyOfAnotherHome:
            os._exit(7)
        os._exit(0)

    processes = [FORK.Process(target=child, args=(place,)) for place in range(len(keys))]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    codes = [process.exitcode for process in processes]
    assert sorted(codes) == [0, 7, 7, 7, 7, 7]
    assert home.key_fingerprint.read_text().strip() == keys[codes.index(0)].fingerprint
