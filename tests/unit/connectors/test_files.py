"""The inbox: what counts as an arrival, and a copy that is certainly whole."""

from __future__ import annotations

import hashlib
import json
import os
import time
from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import LONG_AGO, House
from warehouse.connectors import files
from warehouse.connectors.files import Arrival, FileGone, FileNotInInbox, StillGrowing, copy_whole, list_inbox
from warehouse.ingest.intake import find_arrival


def only(house: House) -> Arrival:
    arrivals = list_inbox(house.home, house.contract)
    assert len(arrivals) == 1
    return arrivals[0]


def test_a_file_is_copied_whole_and_known_by_its_content(house: House, tmp_path: Path) -> None:
    content = os.urandom(9 << 20)
    house.deliver("a.csv", content)
    assert copy_whole(only(house), tmp_path / "copy") == hashlib.sha256(content).hexdigest()
    assert (tmp_path / "copy").read_bytes() == content


def test_a_token_says_nothing_of_the_name_and_bytes_that_are_no_text_are_kept_apart(house: House) -> None:
    house.deliver(b"a\xff.csv", "x")
    house.deliver(b"a\xfe.csv", "x")
    arrivals = list_inbox(house.home, house.contract)
    assert len({a.token for a in arrivals}) == 2
    assert all(len(a.token) == 16 and int(a.token, 16) >= 0 for a in arrivals)
    assert len({a.delivery.file for a in arrivals}) == 2
    json.dumps([a.delivery.file for a in arrivals]).encode()


def test_a_file_that_grows_while_it_is_copied_waits(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = house.deliver("a.csv", "x" * 100)
    arrival, target = only(house), tmp_path / "copy"

    class Growing:
        def __init__(self) -> None:
            self.digest = hashlib.sha256()

        def update(self, chunk: bytes) -> None:
            if path.stat().st_size == 100:
                path.write_text("y" * 150)
            self.digest.update(chunk)

        def hexdigest(self) -> str:
            return self.digest.hexdigest()

    class Slow:
        sha256 = Growing

    monkeypatch.setattr(files, "_CHUNK", 200)
    monkeypatch.setattr(files, "hashlib", Slow)
    with pytest.raises(StillGrowing, match="SALA-F101"):
        copy_whole(arrival, target)


def test_a_file_that_changed_since_it_was_listed_waits(house: House, tmp_path: Path) -> None:
    house.deliver("a.csv", "x")
    arrival = only(house)
    house.deliver("a.csv", "other", at=LONG_AGO + 60)
    with pytest.raises(StillGrowing):
        copy_whole(arrival, tmp_path / "copy")


def test_a_file_that_settles_is_waited_for(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "SETTLED_SECONDS", 0.4)
    house.deliver("a.csv", "x", at=0)
    os.utime(house.path("a.csv"))
    started = time.time()
    copy_whole(only(house), tmp_path / "copy")
    assert time.time() - started > 0.2


def test_a_file_that_vanished_is_a_transient_error_without_its_name(house: House, tmp_path: Path) -> None:
    house.deliver("Canary Dara.csv", "x")
    arrival = only(house)
    arrival.path.unlink()
    with pytest.raises(FileGone) as raised:
        copy_whole(arrival, tmp_path / "copy")
    assert "Canary" not in str(raised.value)


def test_a_file_that_vanishes_while_the_folder_is_listed_is_passed_over(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.deliver("a.csv", "x")
    house.deliver("b.csv", "x")
    lstat = Path.lstat

    def vanish(path: Path) -> os.stat_result:
        if path.name == "a.csv":
            path.unlink(missing_ok=True)
        return lstat(path)

    monkeypatch.setattr(Path, "lstat", vanish)
    assert [a.path.name for a in list_inbox(house.home, house.contract)] == ["b.csv"]


@pytest.mark.parametrize("kind", ["link", "pipe"])
def test_what_takes_a_listed_files_place_is_neither_followed_nor_waited_for(
    house: House, tmp_path: Path, kind: str
) -> None:
    (tmp_path / "secret").write_text("secret")
    path = house.deliver("a.csv", "x")
    arrival = only(house)
    path.unlink()
    if kind == "link":
        path.symlink_to(tmp_path / "secret")
    else:
        os.mkfifo(path)
    with pytest.raises((FileGone, StillGrowing)):
        copy_whole(arrival, tmp_path / "copy")
    assert b"secret" not in ((tmp_path / "copy").read_bytes() if (tmp_path / "copy").exists() else b"")


@pytest.mark.parametrize("nanoseconds", [-(10**18), 0, 2**62])
def test_a_clock_out_of_bounds_stops_nothing(house: House, nanoseconds: int) -> None:
    path = house.deliver("a.csv", "x")
    os.utime(path, ns=(0, nanoseconds))
    arrival = only(house)
    assert arrival.delivery.delivered_at[:4].isdigit()
    assert (arrival.size, arrival.modified_ns) == files._state(path.lstat())


def test_a_clock_beyond_the_calendar_counts_as_its_last_day(house: House) -> None:
    path = house.deliver("a.csv", "x")
    state = list(path.lstat())
    fields = {"st_mtime_ns": 2**62 * 4, "st_size": 1}
    beyond = os.stat_result(state[:10], fields)
    assert files._state(beyond)[1] <= files.LATEST_NS
    assert replace(only(house), modified_ns=files.LATEST_NS).delivery.delivered_at.startswith("9999")


def test_a_file_named_like_anothers_token_does_not_take_its_place(house: House) -> None:
    house.deliver("b.csv", "x")
    token = only(house).token
    house.deliver(token, "y")
    assert find_arrival(house.home, house.contract, token).path.name == "b.csv"
    assert find_arrival(house.home, house.contract, "b.csv").path.name == "b.csv"
    with pytest.raises(FileNotInInbox):
        find_arrival(house.home, house.contract, "../inbox/acme/b.csv")


def test_no_inbox_is_no_arrival(house: House) -> None:
    house.describe(lambda d: d["servers"][0].update(path="inbox/elsewhere"))
    assert list_inbox(house.home, house.contract) == []
