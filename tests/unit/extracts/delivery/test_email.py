"""Delivery by e-mail to a real server on loopback: one message with everything, to all addresses or to none."""

from __future__ import annotations

import email
import email.policy
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope

from tests.certificates import certificate
from tests.unit.extracts.delivery.conftest import FILES, NOW, agreement_of, made_issue, whole
from warehouse.connectors.connection import Connection
from warehouse.connectors.faults import ConnectionUnusable, ServerUnknown
from warehouse.contract.agreement import Recipient
from warehouse.errors import TransientError
from warehouse.extracts.delivery import Attempt, deliver
from warehouse.extracts.delivery.faults import DeliveryRefused, TooLargeToMail
from warehouse.store.home import Home

SECRET = "CANARY-password"
TO = "grants@fund.example, Reports <reports@fund.example>"
PLAIN = {"disable_ssl": True, "disable_tls": True}


@dataclass
class Post:
    """A mail server's memory, and what it says to an address or a message."""

    port: int = 0
    certificate: str = ""
    messages: list[Envelope] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    to_address: dict[str, str] = field(default_factory=dict)
    to_message: str = "250 taken"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Envelope, address: str, options: Any) -> str:
        answer = self.to_address.get(address, "250 good")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:
        if self.to_message.startswith("250"):
            self.messages.append(envelope)
            self.encrypted.append(server.transport.get_extra_info("sslcontext") is not None)
        return self.to_message

    def message(self) -> EmailMessage:
        (envelope,) = self.messages
        parsed = email.message_from_bytes(bytes(envelope.content or b""), policy=email.policy.default)
        assert isinstance(parsed, EmailMessage)
        return parsed


def sign_in(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    return AuthResult(success=(data.login, data.password) == (b"sala", SECRET.encode()), handled=False)


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Callable[..., Post]]:
    """Start a mail server: plain, with STARTTLS, or encrypted from the start."""
    started: list[Controller] = []

    def start(kind: str = "plain", **options: Any) -> Post:
        made = Post(certificate=str(tmp_path / "server.pem"))
        context = certificate(tmp_path)
        if kind == "starttls":
            options |= {"tls_context": context, "require_starttls": True, "authenticator": sign_in}
        if kind == "ssl":
            options |= {"ssl_context": context, "authenticator": sign_in, "auth_require_tls": False}
        with socket.create_server(("localhost", 0)) as free:
            made.port = free.getsockname()[1]
        controller = Controller(made, hostname="localhost", port=made.port, **options)
        controller.start()
        started.append(controller)
        return made

    yield start
    for controller in started:
        controller.stop()


def connection(post: Post, extra: dict[str, Any], **changes: Any) -> Connection:
    values = {"host": "localhost", "port": post.port, **changes}
    return Connection("fund_mail", extra={"from_email": "sala@example.org", **extra}, **values)


def sent(home: Home, made: Connection, to: str = TO) -> Attempt:
    agreement = agreement_of(Recipient(kind="email", connection="fund_mail", to=to))
    number = len(list((home.extracts / agreement.id).glob("*/*"))) + 1
    (attempt,) = deliver(home, agreement, [made_issue(home, agreement, number)], lambda _: made, NOW)
    return attempt


def test_one_message_with_every_file(home: Home, post: Callable[..., Post]) -> None:
    server = post()
    assert sent(home, connection(server, PLAIN)).error is None
    message = server.message()
    attached = {str(part.get_filename()): part.get_payload(decode=True) for part in message.iter_attachments()}
    whole({name: bytes(content) for name, content in attached.items()})
    assert server.messages[0].rcpt_tos == ["grants@fund.example", "reports@fund.example"]
    assert "FY2013-Q3, issue 1" in message["Subject"]
    assert message["From"] == "sala@example.org"
    assert "SHA-256" in message.get_body().get_content()  # type: ignore[union-attr]


def test_the_same_issue_has_the_same_message_id_and_another_another(home: Home, post: Callable[..., Post]) -> None:
    server = post()
    for _ in range(2):
        sent(home, connection(server, PLAIN))
    again = Home(home.root.parent / "again")  # as after a kill before the receipt
    sent(again, connection(server, PLAIN))
    ids = [email.message_from_bytes(bytes(one.content or b""))["Message-ID"] for one in server.messages]
    assert ids[0] == ids[2] != ids[1]


@pytest.mark.parametrize(("kind", "extra"), [("starttls", {"disable_ssl": True}), ("ssl", {})])
def test_encrypted_and_signed_in(
    home: Home, post: Callable[..., Post], monkeypatch: pytest.MonkeyPatch, kind: str, extra: dict[str, Any]
) -> None:
    server = post(kind)
    monkeypatch.setenv("SSL_CERT_FILE", server.certificate)
    assert sent(home, connection(server, extra, login="sala", password=SECRET)).error is None
    assert server.encrypted == [True]


@pytest.mark.parametrize(("kind", "extra"), [("starttls", {"disable_ssl": True}), ("ssl", {})])
def test_a_certificate_nobody_vouches_for_gets_nothing(
    home: Home, post: Callable[..., Post], kind: str, extra: dict[str, Any]
) -> None:
    server = post(kind)
    attempt = sent(home, connection(server, extra, login="sala", password=SECRET))
    assert isinstance(attempt.error, ServerUnknown)
    assert server.messages == []


def test_a_wrong_password_is_refused_and_not_shown(
    home: Home, post: Callable[..., Post], monkeypatch: pytest.MonkeyPatch
) -> None:
    server = post("ssl")
    monkeypatch.setenv("SSL_CERT_FILE", server.certificate)
    attempt = sent(home, connection(server, {}, login="sala", password="WRONG-canary"))
    assert isinstance(attempt.error, DeliveryRefused)
    assert "WRONG-canary" not in f"{attempt.error!r}{attempt.receipt}"


def test_a_server_that_cannot_encrypt_gets_nothing(home: Home, post: Callable[..., Post]) -> None:
    server = post()
    assert isinstance(sent(home, connection(server, {"disable_ssl": True})).error, ServerUnknown)
    assert server.messages == []


def test_nothing_is_sent_in_clear_over_a_network(home: Home, post: Callable[..., Post]) -> None:
    assert isinstance(sent(home, connection(post(), PLAIN, host="192.0.2.1")).error, ServerUnknown)


@pytest.mark.parametrize(("answer", "kind"), [("550 who?", DeliveryRefused), ("450 later", TransientError)])
def test_one_address_refused_and_nobody_is_written_to(
    home: Home, post: Callable[..., Post], answer: str, kind: type[Exception]
) -> None:
    server = post()
    server.to_address["reports@fund.example"] = answer
    assert isinstance(sent(home, connection(server, PLAIN)).error, kind)
    assert server.messages == []


@pytest.mark.parametrize(("answer", "kind"), [("554 no", DeliveryRefused), ("451 busy", TransientError)])
def test_a_message_not_taken_says_whether_to_try_again(
    home: Home, post: Callable[..., Post], answer: str, kind: type[Exception]
) -> None:
    server = post()
    server.to_message = answer
    assert isinstance(sent(home, connection(server, PLAIN)).error, kind)


def test_nobody_there_is_tried_again(home: Home) -> None:
    assert isinstance(sent(home, connection(Post(port=1), PLAIN)).error, TransientError)


def test_too_large_for_our_limit_or_the_servers(home: Home, post: Callable[..., Post]) -> None:
    ours, theirs = post(), post(data_size_limit=60_000)
    assert sum(map(len, FILES.values())) > 60_000
    for server, extra in ((ours, {"largest_bytes": 60_000}), (theirs, {})):
        assert isinstance(sent(home, connection(server, PLAIN | extra)).error, TooLargeToMail)
        assert server.messages == []


@pytest.mark.parametrize(("changes", "to"), [({"host": ""}, TO), ({"extra": {"from_email": ""}}, TO), ({}, "nobody")])
def test_without_host_sender_or_address_nothing_is_tried(home: Home, changes: dict[str, Any], to: str) -> None:
    made = connection(Post(port=1), PLAIN | changes.get("extra", {}), host=changes.get("host", "localhost"))
    assert isinstance(sent(home, made, to).error, ConnectionUnusable)
