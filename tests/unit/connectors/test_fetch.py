"""Fetching from a folder: whole files only, nothing twice, nothing lost, and what fails stops nothing else."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from fsspec.implementations.memory import MemoryFileSystem
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import LONG_AGO, listing
from tests.unit.connectors.conftest import HASTE, Office, source
from warehouse import pipeline
from warehouse.connectors import fetch as fetching
from warehouse.connectors import remote
from warehouse.connectors.faults import (
    ConnectionUnusable,
    NameUnfit,
    NotAsAnnounced,
    SourceInterrupted,
    SourceRefused,
    TooLarge,
)
from warehouse.connectors.fetch import failure
from warehouse.connectors.files import FileGone, NameTaken, StillGrowing
from warehouse.store.files import StoreBusy, only_one

NOW = {"wholeFile": {"stableSeconds": 0}}


@pytest.fixture
def share(office: Office, tmp_path: Path) -> Path:
    """A folder elsewhere on this machine."""
    folder = tmp_path / "share"
    folder.mkdir()
    office.keeps(source("local", str(folder), **NOW))
    return folder


def put(folder: Path, name: str, content: str = "x", at: int = LONG_AGO) -> Path:
    path = folder / name
    path.write_text(content)
    os.utime(path, (at, at))
    return path


def outcomes(done: fetching.Fetched) -> list[tuple[str, str]]:
    return [(one.file, one.outcome) for one in done.files]


def later(seconds: float, act: Callable[[], object]) -> None:
    timer = threading.Timer(seconds, act)
    timer.daemon = True
    timer.start()


def test_files_come_with_their_time_and_are_ingested(office: Office, share: Path) -> None:
    put(share, "att_a.csv", listing())
    done = office.fetch()
    assert (outcomes(done), done.listed, done.error) == ([("att_a.csv", "fetched")], 1, None)
    assert office.house.path("att_a.csv").stat().st_mtime == LONG_AGO
    assert office.house.ingest("att_a.csv")["outcome"] == "accepted"
    assert office.scratch() == []


def test_nothing_is_fetched_twice_and_what_changed_is(office: Office, share: Path) -> None:
    put(share, "att_a.csv", "one")
    put(share, "att_b.csv", "two")
    assert len(office.fetch().files) == 2
    second = office.fetch()
    assert (second.listed, second.unchanged, second.files) == (2, 2, [])
    put(share, "att_b.csv", "three", LONG_AGO + 60)
    third = office.fetch()
    assert (outcomes(third), third.unchanged) == ([("att_b.csv", "fetched")], 1)
    assert office.inbox == {"att_a.csv": b"one", "att_b.csv": b"three"}


def test_what_was_removed_from_the_inbox_comes_back_only_when_asked_for(office: Office, share: Path) -> None:
    put(share, "att_a.csv")
    put(share, "att_b.csv")
    office.fetch()
    office.house.path("att_a.csv").unlink()
    assert office.fetch().files == []
    assert outcomes(office.fetch(again=True)) == [("att_a.csv", "fetched")]
    assert set(office.inbox) == {"att_a.csv", "att_b.csv"}


def test_a_touched_file_with_the_same_content_leaves_the_inbox_alone(office: Office, share: Path) -> None:
    put(share, "att_a.csv")
    office.fetch()
    put(share, "att_a.csv", at=LONG_AGO + 60)
    assert office.fetch().files == []
    assert office.house.path("att_a.csv").stat().st_mtime == LONG_AGO


@pytest.mark.parametrize("text", ["", "{", "[]", '{"a": 1}', '{"a": {"b": 1}}'])
def test_a_lost_memory_costs_no_more_than_fetching_once_more(office: Office, share: Path, text: str) -> None:
    put(share, "att_a.csv", listing())
    office.fetch()
    office.house.ingest("att_a.csv")
    office.house.home.fetched("acme").write_text(text)
    office.fetch()
    assert pipeline.pending("acme", office.house.home) == []


def test_the_memory_holds_no_name(office: Office, share: Path) -> None:
    put(share, "Canary Dara.csv")
    office.fetch()
    assert "Canary" not in office.house.home.fetched("acme").read_text()


def test_hidden_unfinished_and_linked_files_and_folders_are_passed_over(office: Office, share: Path) -> None:
    for name in (".x.csv", "att_a.csv.part", "~$att.csv"):
        put(share, name)
    (share / "folder").mkdir()
    (share / "att_link.csv").symlink_to("/etc/hostname")
    assert office.fetch().listed == 0
    assert office.inbox == {}


def test_a_file_that_becomes_a_link_after_it_was_listed_is_not_followed(
    office: Office, share: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, secret = put(share, "att_a.csv"), put(tmp_path, "secret", "s")
    look = remote.Files.look

    def swapped(self: remote.Files) -> list[remote.Listed]:
        found = look(self)
        path.unlink(missing_ok=True)
        path.symlink_to(secret)
        return found

    monkeypatch.setattr(remote.Files, "look", swapped)
    assert failure([office.fetch(fetching.Pace(pauses=()))]) is not None
    assert office.inbox == {}


def test_a_file_that_still_grows_waits_until_it_is_whole(office: Office, tmp_path: Path) -> None:
    office.keeps(source("local", str(tmp_path), wholeFile={"stableSeconds": 1}))
    path = put(tmp_path, "att_a.csv", "half")
    put(tmp_path, "att_b.csv", "whole")
    later(0.5, lambda: path.write_text("half and half"))
    once = fetching.Pace(pauses=())
    done = office.fetch(once)
    assert outcomes(done) == [("att_b.csv", "fetched"), ("att_a.csv", "failed")]
    assert isinstance(failure([done]), StillGrowing)
    assert outcomes(office.fetch(once)) == [("att_a.csv", "fetched")]
    assert office.inbox["att_a.csv"] == b"half and half"


def test_a_file_that_grows_while_it_is_fetched_is_not_kept(
    office: Office, share: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(share, "att_a.csv", "x" * 10)
    write = remote.Intake.write
    monkeypatch.setattr(
        remote.Intake, "write", lambda self, *given: (write(self, *given), path.write_text("x" * self.received * 2))
    )
    assert isinstance(failure([office.fetch()]), StillGrowing)
    assert office.inbox == {}
    assert office.scratch() == []


def test_a_file_that_vanishes_is_told_and_looked_for_again(office: Office, tmp_path: Path) -> None:
    office.keeps(source("local", str(tmp_path), wholeFile={"stableSeconds": 1}))
    path = put(tmp_path, "att_a.csv")
    later(0.4, path.unlink)
    assert isinstance(failure([office.fetch(fetching.Pace(pauses=()))]), FileGone)
    put(tmp_path, "att_a.csv")
    later(0.4, path.unlink)
    assert failure([office.fetch()]) is None, "the next attempt does not see it any more"


def test_a_marker_says_that_a_file_is_whole_unless_it_is_older(office: Office, tmp_path: Path) -> None:
    office.keeps(source("local", str(tmp_path), wholeFile={"marker": ".done"}))
    put(tmp_path, "att_a.csv")
    done = office.fetch()
    assert (outcomes(done), failure([done])) == ([("att_a.csv", "waiting")], None)
    put(tmp_path, "att_a.csv.done", "", LONG_AGO - 60)
    assert outcomes(office.fetch()) == [("att_a.csv", "waiting")]
    put(tmp_path, "att_a.csv.done", "", LONG_AGO)
    assert outcomes(office.fetch()) == [("att_a.csv", "fetched")]
    assert set(office.inbox) == {"att_a.csv"}
    put(tmp_path, "att_a.csv", "more", LONG_AGO + 60)
    assert outcomes(office.fetch()) == [("att_a.csv", "waiting")]


def test_a_file_of_the_inbox_from_elsewhere_is_left_alone(office: Office, share: Path) -> None:
    put(share, "att_a.csv", "theirs")
    office.house.deliver("att_a.csv", "ours")
    error = failure([office.fetch()])
    assert isinstance(error, NameTaken)
    assert error.where == "inbox of acme: att_a.csv"
    assert office.inbox == {"att_a.csv": b"ours"}
    office.house.deliver("att_a.csv", "theirs")
    assert outcomes(office.fetch()) == [("att_a.csv", "fetched")]
    office.house.deliver("att_a.csv", "changed by hand")
    put(share, "att_a.csv", "theirs, anew", LONG_AGO + 60)
    assert isinstance(failure([office.fetch()]), NameTaken)
    assert office.inbox == {"att_a.csv": b"changed by hand"}


def test_two_sources_with_one_name_lose_nothing(office: Office, tmp_path: Path) -> None:
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        folder.mkdir()
        put(folder, "att_a.csv", folder.name)
    office.keeps(*(source("local", str(folder), **NOW) | {"server": folder.name} for folder in folders))
    done = fetching.fetch(office.house.home, office.contract, office.connected, HASTE)
    assert [outcomes(one) for one in done] == [[("att_a.csv", "fetched")], [("att_a.csv", "failed")]]
    assert office.inbox == {"att_a.csv": b"one"}


def test_a_source_that_fails_does_not_stop_the_next(office: Office, tmp_path: Path) -> None:
    put(tmp_path, "att_a.csv")
    office.keeps(source("local", "/nowhere") | {"server": "a"}, source("local", str(tmp_path), **NOW))
    first, second = fetching.fetch(office.house.home, office.contract, office.connected, HASTE)
    assert isinstance(first.error, SourceRefused)
    assert outcomes(second) == [("att_a.csv", "fetched")]


def test_a_file_beyond_the_limit_is_not_fetched(office: Office, share: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote.Intake.__init__, "__defaults__", (5,))
    put(share, "att_a.csv", "x" * 6)
    put(share, "att_b.csv", "x" * 5)
    done = office.fetch()
    assert isinstance(failure([done]), TooLarge)
    assert set(office.inbox) == {"att_b.csv"}


def test_fewer_bytes_than_announced_are_no_file(tmp_path: Path) -> None:
    intake = remote.Intake("source office of acme", HASTE, 5)
    intake.write([b"ab", b"cd"], tmp_path / "part")
    with pytest.raises(NotAsAnnounced):
        intake.check({})


def test_a_name_that_is_no_file_name_is_told(office: Office) -> None:
    files = MemoryFileSystem()
    files.pipe({"/canary/att_a.csv": b"x", f"/canary/{'y' * 250}.csv": b"y"})
    office.keeps(source("custom", "memory://canary", **NOW))
    done = office.fetch()
    assert ("att_a.csv", "fetched") in outcomes(done)
    assert isinstance(failure([done]), NameUnfit)
    files.rm("/canary", recursive=True)


@pytest.mark.parametrize("location", ["nonsense://x/y", "github://x/y"])
def test_a_protocol_nobody_knows_is_told(office: Office, location: str) -> None:
    office.keeps(source("custom", location))
    assert isinstance(failure([office.fetch()]), ConnectionUnusable)


def test_an_error_of_a_librarys_own_is_a_server_that_does_not_answer(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    class LibraryError(Exception):
        """What a library calls a lost line; its text may hold anything."""

    def lost(*_: object, **__: object) -> None:
        raise LibraryError("Canary")

    monkeypatch.setattr(MemoryFileSystem, "ls", lost)
    office.keeps(source("custom", "memory://office", **NOW))
    error = failure([office.fetch()])
    assert isinstance(error, SourceInterrupted)
    assert "Canary" not in f"{error!r}"


def test_two_processes_do_not_fetch_for_one_partner(office: Office, share: Path) -> None:
    with only_one(office.house.home, "fetch-acme"):
        assert isinstance(failure([office.fetch()]), StoreBusy)


def test_what_a_killed_visit_left_is_removed_unless_in_use(office: Office) -> None:
    left = office.house.home.scratch / "fetch-acme" / "pages-a1" / "000000000.json"
    left.parent.mkdir(parents=True)
    left.touch()
    with only_one(office.house.home, "fetch-acme"):
        fetching.remove_left_over(office.house.home)
        assert left.exists()
    fetching.remove_left_over(office.house.home)
    assert not left.parent.parent.exists()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["x", "yy"]), st.booleans()), max_size=6))
def test_whatever_happens_there_the_inbox_has_what_was_last_seen_whole(
    office: Office, share: Path, steps: list[tuple[str, str, bool]]
) -> None:
    """A law: after a visit the inbox holds each file of the server as it is there, and no other bytes at any time."""
    for place, (name, content, visited) in enumerate(steps):
        put(share, f"att_{name}.csv", content, LONG_AGO + place)
        if visited:
            assert failure([office.fetch()]) is None
            there = {path.name: path.read_bytes() for path in share.iterdir()}
            assert {name: office.inbox[name] for name in there} == there
    office.fetch()
    assert office.fetch().files == []
