"""Delivery to a real SSH server on loopback: its key is pinned, and a lost connection is tried again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from tests.ssh_server import FOLDER, SECRET, Server, running
from tests.unit.extracts.delivery.conftest import FILES, NOW, agreement_of, made_issue, whole
from warehouse.connectors.connection import Connection
from warehouse.connectors.faults import ConnectionUnusable, ServerUnknown
from warehouse.contract.agreement import Recipient
from warehouse.errors import TransientError
from warehouse.extracts.delivery import Attempt, deliver
from warehouse.extracts.delivery.faults import DeliveryRefused
from warehouse.extracts.issues import all_issues
from warehouse.store.home import Home

RECIPIENT = Recipient(kind="sftp", connection="fund_sftp", to=FOLDER)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with running(tmp_path) as made:
        yield made


def sent(home: Home, connection: Connection) -> Attempt:
    agreement = agreement_of(RECIPIENT)
    if not all_issues(home):
        made_issue(home, agreement)
    (attempt,) = deliver(home, agreement, all_issues(home), {"fund_sftp": connection}.__getitem__, NOW)
    return attempt


def test_an_issue_arrives_whole_and_the_list_of_sums_last(home: Home, server: Server) -> None:
    assert sent(home, server.connection()).receipt.outcome == "delivered"
    whole(server.received())
    assert [path.rpartition("/")[2] for path in server.renamed] == [*sorted(FILES), "SHA256SUMS"]


def test_signing_in_with_a_key_of_the_connection(home: Home, server: Server, tmp_path: Path) -> None:
    extra = {"private_key": (tmp_path / "client_key").read_text()}
    assert sent(home, server.connection(password="", extra=extra)).receipt.outcome == "delivered"
    whole(server.received())


def test_a_server_with_another_key_gets_nothing_not_even_the_password(home: Home, server: Server) -> None:
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
    attempt = sent(home, server.connection(extra={"host_key": other}))
    assert isinstance(attempt.error, ServerUnknown)
    assert server.received() == {}


def test_a_server_with_a_key_of_another_kind_gets_nothing(home: Home, server: Server) -> None:
    other = asyncssh.generate_private_key("ecdsa-sha2-nistp256").export_public_key().decode()
    assert isinstance(sent(home, server.connection(extra={"host_key": other})).error, ServerUnknown)
    assert server.received() == {}


@pytest.mark.parametrize(
    "changes",
    [{"extra": {"host_key": ""}}, {"extra": {"host_key": "ssh-ed25519 nonsense"}}, {"host": ""}, {"login": ""},
     {"password": ""}, {"password": "", "extra": {"private_key": "nonsense"}}],
)  # fmt: skip
def test_without_host_key_or_sign_in_nothing_is_tried(home: Home, server: Server, changes: dict[str, Any]) -> None:
    attempt = sent(home, server.connection(**changes))
    assert isinstance(attempt.error, ConnectionUnusable)
    assert server.sessions == []


def test_a_refused_sign_in_is_not_tried_again(home: Home, server: Server) -> None:
    attempt = sent(home, server.connection(password="WRONG-canary"))
    assert isinstance(attempt.error, DeliveryRefused)
    assert "WRONG-canary" not in f"{attempt.error!r}{attempt.receipt}"


def test_a_line_lost_in_the_middle_is_tried_again_and_ends_whole(home: Home, server: Server) -> None:
    server.hang_up_after = 40_000
    first = sent(home, server.connection())
    assert isinstance(first.error, TransientError)
    assert "SHA256SUMS" not in server.received()
    assert "extract.csv" not in server.received(), "half a file has no name of its own"
    second = sent(home, server.connection())
    assert (second.receipt.outcome, second.receipt.attempt) == ("delivered", 2)
    whole(server.received())
    sent_once = [path.rpartition("/")[2] for path in server.renamed]
    assert sent_once == [*sorted(FILES), "SHA256SUMS"], "what had arrived is not sent again"


def test_nobody_there_is_tried_again(home: Home, server: Server) -> None:
    assert isinstance(sent(home, server.connection(port=1)).error, TransientError)


def test_what_arrives_spoilt_is_noticed(home: Home, server: Server) -> None:
    server.spoil = True
    attempt = sent(home, server.connection())
    assert attempt.error is not None
    assert attempt.error.code == "SALA-L102"
    assert "SHA256SUMS" not in server.received()


def test_a_folder_that_may_not_be_written_is_refused(home: Home, server: Server) -> None:
    server.locked = True
    attempt = sent(home, server.connection())
    assert isinstance(attempt.error, DeliveryRefused)


def test_the_password_is_in_no_receipt(home: Home, server: Server) -> None:
    sent(home, server.connection())
    (receipt,) = home.receipts.rglob("*.json")
    assert SECRET not in receipt.read_text()
