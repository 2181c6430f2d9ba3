"""Fetching from a real SSH server on loopback: its key is pinned, a lost line leaves no half file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from tests.conftest import LONG_AGO
from tests.ssh_server import SECRET, Server, running
from tests.unit.connectors.conftest import Office, source
from warehouse.connectors import sftp
from warehouse.connectors.faults import ConnectionUnusable, ServerUnknown, SourceInterrupted, SourceRefused
from warehouse.connectors.fetch import failure
from warehouse.connectors.files import FileGone, StillGrowing
from warehouse.connectors.remote import Pace

LARGE = os.urandom(300_000)
ONCE = Pace(pauses=(), silence=1.0)


@pytest.fixture
def server(office: Office, tmp_path: Path) -> Iterator[Server]:
    with running(tmp_path) as made:
        (made.root / "outgoing").mkdir()
        office.connection = made.connection()
        office.keeps(source("sftp", "sftp:///outgoing", connectionId="office", wholeFile={"stableSeconds": 0}))
        put(made, "att_a.csv", LARGE)
        yield made


def put(server: Server, name: str, content: bytes = b"x", at: int = LONG_AGO) -> Path:
    path = server.root / "outgoing" / name
    path.write_bytes(content)
    os.utime(path, (at, at))
    return path


def test_a_file_comes_whole_with_its_time_and_an_unchanged_server_costs_one_listing(
    office: Office, server: Server
) -> None:
    assert failure([office.fetch()]) is None
    assert office.inbox == {"att_a.csv": LARGE}
    assert office.house.path("att_a.csv").stat().st_mtime == LONG_AGO
    listings, sent = server.listings, list(server.sent)
    assert office.fetch().unchanged == 1
    assert (server.listings, server.sent) == (listings + 1, sent)


def test_a_folder_may_be_told_from_where_the_login_begins(office: Office, server: Server) -> None:
    office.keeps(source("sftp", "sftp://127.0.0.1/~/outgoing", connectionId="office", wholeFile={"stableSeconds": 0}))
    assert failure([office.fetch()]) is None
    assert office.inbox == {"att_a.csv": LARGE}


def test_what_does_not_fit_into_one_window_arrives_in_order(
    office: Office, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warehouse.connectors.remote._CHUNK", 70_000)
    put(server, "att_b.csv", b"")
    assert failure([office.fetch()]) is None
    assert office.inbox == {"att_a.csv": LARGE, "att_b.csv": b""}


def test_a_line_lost_in_the_middle_is_tried_again_from_the_start(office: Office, server: Server) -> None:
    put(server, "att_b.csv")
    server.hang_up_reading = 2
    assert failure([office.fetch()]) is None
    assert office.inbox == {"att_a.csv": LARGE, "att_b.csv": b"x"}
    assert server.sent.count("/outgoing/att_a.csv") == 3


def test_a_line_lost_again_and_again_is_told_and_leaves_nothing(office: Office, server: Server) -> None:
    server.hang_up_reading = 99
    error = failure([office.fetch()])
    assert isinstance(error, SourceInterrupted)
    assert server.hang_up_reading == 99 - 3, "as often as the pace has pauses, and once"
    assert office.inbox == {}
    assert office.scratch() == []


def test_a_server_that_answers_too_slowly_is_told(office: Office, server: Server) -> None:
    put(server, "att_a.csv", LARGE[:40_000])
    server.delay = 1.5
    assert isinstance(failure([office.fetch(ONCE)]), SourceInterrupted)
    server.delay = 0.3
    assert isinstance(failure([office.fetch(Pace(pauses=(), longest_file=0.01))]), SourceInterrupted)
    assert office.inbox == {}


def test_a_file_that_vanishes_after_the_listing_is_told_and_not_missed_later(office: Office, server: Server) -> None:
    path = put(server, "att_b.csv")
    server.on_list = lambda: path.unlink(missing_ok=True)
    done = office.fetch(ONCE)
    assert isinstance(failure([done]), FileGone)
    assert set(office.inbox) == {"att_a.csv"}
    assert failure([office.fetch()]) is None


def test_a_file_that_grows_while_it_is_sent_is_not_kept(office: Office, server: Server) -> None:
    server.on_read = lambda: (server.root / "outgoing" / "att_a.csv").write_bytes(LARGE * 2)
    assert isinstance(failure([office.fetch(ONCE)]), StillGrowing)
    assert office.inbox == {}
    server.on_read = lambda: None
    assert failure([office.fetch()]) is None
    assert office.inbox == {"att_a.csv": LARGE * 2}


def test_a_server_with_another_key_gets_no_password(office: Office, server: Server) -> None:
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
    office.connection = server.connection(extra={"host_key": other})
    error = failure([office.fetch()])
    assert isinstance(error, ServerUnknown)
    assert len(server.sessions) == 1, "it is not tried again"
    assert SECRET not in str(error)


def test_a_refused_sign_in_is_told_without_the_secret(office: Office, server: Server) -> None:
    office.connection = server.connection(password="WRONG-canary")
    error = failure([office.fetch()])
    assert isinstance(error, SourceRefused)
    assert "canary" not in f"{error!r}{error}"


def test_a_refused_key_is_told_and_its_own_key_signs_in(office: Office, server: Server, tmp_path: Path) -> None:
    stranger = asyncssh.generate_private_key("ssh-ed25519").export_private_key().decode()
    office.connection = server.connection(password="", extra={"private_key": stranger})
    assert isinstance(failure([office.fetch()]), SourceRefused)
    mine = (tmp_path / "client_key").read_text()
    office.connection = server.connection(password="", extra={"private_key": mine})
    assert failure([office.fetch()]) is None
    assert set(office.inbox) == {"att_a.csv"}


@pytest.mark.parametrize("changes", [{"extra": {"host_key": ""}}, {"password": ""}])
def test_without_host_key_or_sign_in_nothing_is_tried(office: Office, server: Server, changes: dict[str, Any]) -> None:
    office.connection = server.connection(**changes)
    assert isinstance(failure([office.fetch()]), ConnectionUnusable)
    assert server.sessions == []


def test_a_host_that_is_not_the_connections_gets_nothing(office: Office, server: Server) -> None:
    changed = source("sftp", "sftp://elsewhere.example/outgoing", connectionId="office")
    office.keeps(changed)
    assert isinstance(failure([office.fetch()]), ServerUnknown)
    assert server.sessions == []


def test_nobody_there_and_no_such_folder_are_told(office: Office, server: Server) -> None:
    office.connection = server.connection(port=1)
    assert isinstance(failure([office.fetch(ONCE)]), SourceInterrupted)
    office.connection = server.connection()
    (server.root / "outgoing").rename(server.root / "moved")
    assert isinstance(failure([office.fetch()]), SourceRefused)


def test_a_file_that_may_not_be_read_does_not_stop_the_others(
    office: Office, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = sftp.PinnedFiles.open

    def guarded(self: sftp.PinnedFiles, path: str, mode: str = "rb", **options: Any) -> Any:
        if path.endswith("att_a.csv"):  # the tests may run as root, who may read everything
            raise PermissionError
        return opened(self, path, mode, **options)

    monkeypatch.setattr(sftp.PinnedFiles, "open", guarded)
    put(server, "att_b.csv")
    assert isinstance(failure([office.fetch()]), SourceRefused)
    assert set(office.inbox) == {"att_b.csv"}


def test_a_name_that_is_no_text_is_told_without_it(office: Office, server: Server) -> None:
    Path(os.fsdecode(os.fsencode(server.root / "outgoing") + b"/Canary\xff.csv")).touch()
    error = failure([office.fetch()])
    assert isinstance(error, SourceRefused)
    assert "Canary" not in f"{error!r}"
