"""Delivery to a real SSH server on loopback: its key is pinned, and a lost connection is tried again."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from tests.unit.extracts.delivery.conftest import FILES, NOW, agreement_of, made_issue, whole
from warehouse.contract.agreement import Recipient
from warehouse.errors import TransientError
from warehouse.extracts.delivery import Attempt, Connection, deliver
from warehouse.extracts.delivery.faults import ConnectionUnusable, DeliveryRefused, ServerUnknown
from warehouse.extracts.issues import all_issues
from warehouse.store.home import Home

SECRET = "CANARY-password"
RECIPIENT = Recipient(kind="sftp", connection="fund_sftp", to="incoming/sala")


@dataclass
class Server:
    """An SFTP server over a folder; it can be told to hang up in the middle of a file, or to spoil what it gets."""

    root: Path
    port: int = 0
    host_key: str = ""
    client_key: str = ""
    hang_up_after: int | None = None  # bytes received
    spoil: bool = False
    locked: bool = False
    sessions: list[asyncssh.SSHServerConnection] = field(default_factory=list)
    renamed: list[str] = field(default_factory=list)

    def connection(self, **changes: Any) -> Connection:
        extra = {"host_key": self.host_key, **changes.pop("extra", {})}
        values = {"host": "127.0.0.1", "port": self.port, "login": "sala", "password": SECRET, **changes}
        return Connection("fund_sftp", extra=extra, **values)

    def received(self, place: str = "canada-iom/FY2013-Q3/001") -> dict[str, bytes]:
        folder = self.root / RECIPIENT.to / place
        return {path.name: path.read_bytes() for path in folder.iterdir()} if folder.is_dir() else {}


def served(server: Server) -> type[asyncssh.SSHServer]:
    class Doorman(asyncssh.SSHServer):
        def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
            server.sessions.append(conn)

        def password_auth_supported(self) -> bool:
            return True

        def validate_password(self, username: str, password: str) -> bool:
            return (username, password) == ("sala", SECRET)

        def public_key_auth_supported(self) -> bool:
            return True

        def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
            return key.export_public_key().decode().split()[1] == server.client_key.split()[1]

    return Doorman


def filed(server: Server) -> type[asyncssh.SFTPServer]:
    class Files(asyncssh.SFTPServer):
        def __init__(self, channel: Any) -> None:
            super().__init__(channel, chroot=str(server.root))

        def write(self, file_obj: Any, offset: int, data: bytes) -> int:
            if server.hang_up_after is not None and offset + len(data) > server.hang_up_after:
                server.hang_up_after = None
                self.channel.get_connection().abort()
            return super().write(file_obj, offset, data[::-1] if server.spoil else data)

        def mkdir(self, path: bytes, attrs: asyncssh.SFTPAttrs) -> None:
            if server.locked:
                raise asyncssh.SFTPPermissionDenied("not here")
            super().mkdir(path, attrs)

        def posix_rename(self, oldpath: bytes, newpath: bytes) -> None:
            server.renamed.append(newpath.decode())
            super().posix_rename(oldpath, newpath)

    return Files


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    made, loop, ready = Server(tmp_path / "remote"), asyncio.new_event_loop(), threading.Event()
    stop = asyncio.Event()
    made.root.mkdir()
    key, mine = asyncssh.generate_private_key("ssh-ed25519"), asyncssh.generate_private_key("ssh-ed25519")
    made.host_key = key.export_public_key().decode().strip()
    made.client_key = mine.export_public_key().decode().strip()
    (tmp_path / "client_key").write_bytes(mine.export_private_key())

    async def serve() -> None:
        doorman, files = served(made), filed(made)
        async with asyncssh.listen(
            "127.0.0.1", 0, server_factory=doorman, server_host_keys=[key], sftp_factory=files
        ) as listener:
            made.port = listener.get_port()
            ready.set()
            await stop.wait()
            for session in made.sessions:
                session.abort()
                await session.wait_closed()

    thread = threading.Thread(target=loop.run_until_complete, args=[serve()], daemon=True)
    thread.start()
    assert ready.wait(10)
    yield made
    loop.call_soon_threadsafe(stop.set)
    thread.join(10)
    loop.close()


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
