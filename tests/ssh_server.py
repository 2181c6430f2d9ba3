"""A real SFTP server on loopback, over a folder; it may be told to misbehave, towards senders and fetchers."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncssh

from warehouse.connectors.connection import Connection

SECRET = "CANARY-password"
FOLDER = "incoming/sala"


@dataclass
class Server:
    """An SFTP server over a folder, and what it shall do wrong.

    Attributes:
        hang_up_after: Ends the connection once, at so many bytes of a file that it gets.
        spoil: Keeps other bytes than it gets.
        locked: Lets nobody make a folder.
        hang_up_reading: Ends the connection, so many times, when more than its first bytes are asked for.
        delay: Seconds before it sends any part of a file.
        on_read: Called before a part of a file is sent.
        on_list: Called after each listing of a folder.
        listings: How many there were.
        sent: Path of each file that was opened to be read.
    """

    root: Path
    port: int = 0
    host_key: str = ""
    client_key: str = ""
    hang_up_after: int | None = None  # bytes received
    spoil: bool = False
    locked: bool = False
    hang_up_reading: int = 0
    delay: float = 0.0
    on_read: Callable[[], object] = lambda: None
    on_list: Callable[[], object] = lambda: None
    listings: int = 0
    sent: list[str] = field(default_factory=list)
    sessions: list[asyncssh.SSHServerConnection] = field(default_factory=list)
    renamed: list[str] = field(default_factory=list)

    def connection(self, **changes: Any) -> Connection:
        extra = {"host_key": self.host_key, **changes.pop("extra", {})}
        values = {"host": "127.0.0.1", "port": self.port, "login": "sala", "password": SECRET, **changes}
        return Connection("fund_sftp", extra=extra, **values)

    def received(self, place: str = "canada-iom/FY2013-Q3/001") -> dict[str, bytes]:
        folder = self.root / FOLDER / place
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
            self.is_over = False

        def write(self, file_obj: Any, offset: int, data: bytes) -> int:
            if server.hang_up_after is not None and offset + len(data) > server.hang_up_after:
                server.hang_up_after = None
                self.channel.get_connection().abort()
            return super().write(file_obj, offset, data[::-1] if server.spoil else data)

        def read(self, file_obj: Any, offset: int, size: int) -> bytes:
            if server.hang_up_reading and offset > 0 and not self.is_over:
                self.is_over = True
                server.hang_up_reading -= 1
                self.channel.get_connection().abort()
            time.sleep(server.delay)
            server.on_read()
            return super().read(file_obj, offset, size)

        def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> Any:
            if not pflags & asyncssh.FXF_WRITE:
                server.sent.append(path.decode())
            return super().open(path, pflags, attrs)

        async def scandir(self, path: bytes) -> AsyncIterator[asyncssh.SFTPName]:
            server.listings += 1
            for name in [name async for name in super().scandir(path)]:
                yield name
            server.on_list()

        def mkdir(self, path: bytes, attrs: asyncssh.SFTPAttrs) -> None:
            if server.locked:
                raise asyncssh.SFTPPermissionDenied("not here")
            super().mkdir(path, attrs)

        def posix_rename(self, oldpath: bytes, newpath: bytes) -> None:
            server.renamed.append(newpath.decode())
            super().posix_rename(oldpath, newpath)

    return Files


@contextmanager
def running(folder: Path) -> Iterator[Server]:
    """Serve `folder/remote`; the key that may sign in is `folder/client_key`."""
    made, loop, ready = Server(folder / "remote"), asyncio.new_event_loop(), threading.Event()
    stop = asyncio.Event()
    made.root.mkdir(parents=True)
    key, mine = asyncssh.generate_private_key("ssh-ed25519"), asyncssh.generate_private_key("ssh-ed25519")
    made.host_key = key.export_public_key().decode().strip()
    made.client_key = mine.export_public_key().decode().strip()
    (folder / "client_key").write_bytes(mine.export_private_key())

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
    try:
        yield made
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
        loop.close()
