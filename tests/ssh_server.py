"""A real SFTP server on loopback, over a folder; it may be told to misbehave."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
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
