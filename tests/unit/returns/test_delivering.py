"""Packs reach the partner's folder or mailbox once, and only while they still ask for something."""

from __future__ import annotations

import email
import email.policy
import json
import shutil
import socket
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope

from tests.conftest import House, listing, row
from tests.contract_changes import set_custom, told
from warehouse.connectors.connection import Connection
from warehouse.errors import TerminalError
from warehouse.reporting import give_back

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
GOOD = [row(n) for n in range(10, 20)]


def nobody(name: str) -> Connection:
    raise AssertionError(f"{name} was asked for")


def back(house: House) -> list[dict[str, Any]]:
    return give_back(house.home, nobody, NOW)


def sent(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


@pytest.fixture
def to_folder(house: House) -> House:
    house.describe(lambda d: set_custom(d, "returns", {"folder": "to-acme"}))
    return house


def test_a_pack_lies_in_the_outbox_once(to_folder: House) -> None:
    to_folder.ingest("att_a.csv", listing(*GOOD, row(1, "z")))
    back(to_folder)
    outbox = to_folder.home.outbox / "to-acme"
    assert sent(outbox) == ["SHA256SUMS", "att_a.csv.xlsx"]
    shutil.rmtree(outbox)  # the partner took it away
    back(to_folder)
    assert sent(outbox) == []
    (receipt,) = to_folder.home.return_receipts.rglob("*.json")
    assert json.loads(receipt.read_text())["outcome"] == "delivered"


def test_only_the_pack_of_the_correction_is_sent_where_both_came(to_folder: House) -> None:
    to_folder.ingest("att_a.csv", listing(*GOOD, row(1, "z")))
    to_folder.ingest("att_a_v2.csv", listing(*GOOD, row(1)))
    assert len(back(to_folder)) == 2
    assert "att_a_v2.csv.xlsx" in sent(to_folder.home.outbox)
    assert "att_a.csv.xlsx" not in sent(to_folder.home.outbox)


def test_without_a_place_nothing_is_sent(house: House) -> None:
    house.ingest("att_a.csv", listing(*GOOD, row(1, "z")))
    assert len(back(house)) == 1
    assert not house.home.outbox.exists()


def test_what_cannot_be_delivered_is_said_and_tried_again(to_folder: House) -> None:
    to_folder.ingest("att_a.csv", listing(*GOOD, row(1, "z")))
    to_folder.home.outbox.mkdir(parents=True)
    (to_folder.home.outbox / "to-acme").write_text("a file where a folder belongs")
    with pytest.raises(TerminalError):
        back(to_folder)
    (to_folder.home.outbox / "to-acme").unlink()
    back(to_folder)
    assert "att_a.csv.xlsx" in sent(to_folder.home.outbox)


@pytest.mark.parametrize("wrong", [{}, {"folder": "a", "email": "a@b.c", "connection": "mail"}, {"email": "a@b.c"}])
def test_a_contract_names_one_place(house: House, wrong: dict[str, str]) -> None:
    (mistake,) = told(house, lambda d: set_custom(d, "returns", wrong))
    assert "returns" in mistake.path


class Post:
    """What a mail server on loopback took."""

    def __init__(self) -> None:
        self.taken: list[Envelope] = []

    async def handle_DATA(self, server: object, session: object, envelope: Envelope) -> str:
        self.taken.append(envelope)
        return "250 taken"


def test_or_it_comes_by_mail(house: House) -> None:
    house.describe(lambda d: set_custom(d, "returns", {"email": "data@acme.example", "connection": "sala_mail"}))
    house.ingest("att_a.csv", listing(*GOOD, row(1, "z")))
    with socket.create_server(("localhost", 0)) as free:
        port = free.getsockname()[1]
    post = Post()
    controller = Controller(post, hostname="localhost", port=port)
    controller.start()
    try:
        extra = {"from_email": "sala@example.org", "disable_ssl": True, "disable_tls": True}
        mail = Connection("sala_mail", host="localhost", port=port, extra=extra)
        for _ in range(2):
            give_back(house.home, {"sala_mail": mail}.__getitem__, NOW)
    finally:
        controller.stop()
    (envelope,) = post.taken
    message = email.message_from_bytes(bytes(envelope.content or b""), policy=email.policy.default)
    assert envelope.rcpt_tos == ["data@acme.example"]
    assert message["Subject"] == "Acme (invented): att_a.csv"
    attached = {part.get_filename(): part.get_payload(decode=True) for part in message.walk() if part.get_filename()}
    (pack,) = house.home.returns.rglob("*.xlsx")
    assert attached["att_a.csv.xlsx"] == pack.read_bytes()
