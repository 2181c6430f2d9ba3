"""An SFTP server whose host key is pinned in the connection: without the key nothing is sent or asked."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote, urlsplit

import paramiko
from fsspec.implementations.sftp import SFTPFileSystem

from warehouse.connectors.connection import Connection, unusable
from warehouse.connectors.faults import FETCHING, ServerUnknown
from warehouse.connectors.place import Place, Verdicts
from warehouse.connectors.remote import Files, Visit

SILENCE = 60.0  # seconds without an answer after which the connection counts as lost
_KEYS: tuple[type[paramiko.PKey], ...] = (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey)


class PinnedFiles(SFTPFileSystem):  # type: ignore[misc] # fsspec has no types
    """The files of a server that proves to be the one that was agreed on; fsspec alone would trust any."""

    cachable = False  # else fsspec would keep the connection, and its password, for the life of the process

    def __init__(self, connection: Connection, silence: float) -> None:
        self.connection, self.silence = connection, silence
        super().__init__(connection.host)

    def _connect(self) -> None:
        to, port = self.connection, self.connection.port or 22
        self.client = paramiko.SSHClient()
        self.client.set_missing_host_key_policy(paramiko.RejectPolicy())
        host_key = _host_key(to)
        entry = to.host if port == 22 else f"[{to.host}]:{port}"
        self.client.get_host_keys().add(entry, host_key.get_name(), host_key)
        try:
            self.client.connect(
                to.host,
                port,
                username=to.login,
                password=to.password or None,
                pkey=_own_key(to),
                allow_agent=False,
                look_for_keys=False,
                timeout=self.silence,
                banner_timeout=self.silence,
                auth_timeout=self.silence,
            )
            self.ftp = self.client.open_sftp()
        except BaseException:  # nobody else holds it yet who could close it
            self.client.close()
            raise
        self.ftp.get_channel().settimeout(self.silence)

    def open(self, path: str, mode: str = "rb", **options: Any) -> Any:
        """Open a file of the server; answers are awaited together, not one by one."""
        file = super().open(path, mode, **options)
        if "w" not in mode:
            return _InWindows(file)
        file.set_pipelined(True)
        return file


class _InWindows:
    """A file read in windows, each asked for at once.

    paramiko's own way to ask ahead keeps the whole file in memory, or, limited, leaves a thread behind when the line
    is lost.
    """

    def __init__(self, file: Any) -> None:
        self.file, self.at, self.size = file, 0, int(file.stat().st_size or 0)

    def read(self, size: int) -> bytes:
        """Return up to `size` bytes, none at the end."""
        wanted = min(size, self.size - self.at)
        data = b"".join(self.file.readv([(self.at, wanted)])) if wanted > 0 else b""
        self.at += len(data)
        return data

    def __enter__(self) -> _InWindows:
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()


@contextmanager
def opened(visit: Visit) -> Iterator[Files]:
    """Yield the folder of a source; what begins with `/~/` lies in the folder where the login begins."""
    to, address = visit.required(), urlsplit(visit.source.location)
    visit.same_host(address.hostname or "", to.host)
    with signed_in(unquote(address.path).removeprefix("/~/"), to, FETCHING, visit.pace.silence) as place:
        yield Files(place, visit)


@contextmanager
def signed_in(folder: str, connection: Connection, verdicts: Verdicts, silence: float = SILENCE) -> Iterator[Place]:
    """Yield a folder of the server, closed after the block.

    Raises:
        ConnectionUnusable: Host, login, host key, or the means to sign in are missing.
        ServerUnknown: It has another host key.
        SalaError: One of the verdicts: it refuses the sign-in or the folder, or does not answer, or no longer.
    """
    connection.need({"host": connection.host, "login": connection.login, "host_key": connection.option("host_key")})
    shown = f"sftp://{connection.host}/{folder.lstrip('/')}"
    files = None
    try:
        files = PinnedFiles(connection, silence)
        yield Place(files, folder, shown)
    except paramiko.AuthenticationException:
        raise verdicts.refused(shown, "it does not accept the sign-in") from None
    except paramiko.BadHostKeyException:
        raise _unknown(shown) from None
    except (PermissionError, FileNotFoundError) as error:
        raise verdicts.refused(shown, type(error).__name__) from None
    except UnicodeDecodeError:
        raise verdicts.refused(shown, "a file name that is no UTF-8", "Ask the partner to rename the file.") from None
    except (paramiko.SSHException, OSError, EOFError) as error:
        raise verdicts.interrupted(shown, error) from None
    finally:
        if files is not None:
            files.client.close()


def _unknown(shown: str) -> ServerUnknown:
    action = "Ask whoever runs the server, over another way, whether its key was changed; then pin the new one."
    return ServerUnknown(shown, "a server with another host key", "the host key of the connection", action)


def _host_key(connection: Connection) -> paramiko.PKey:
    """Return the pinned key: `ssh-ed25519 AAAA…`, as a public key file holds it, or the second word alone."""
    try:
        blob = base64.b64decode(max(connection.option("host_key").split()[:2], key=len))
        kind = blob[4 : 4 + int.from_bytes(blob[:4], "big")].decode("ascii")
        return paramiko.PKey.from_type_string(kind, blob)
    except Exception:
        raise unusable(connection.name, "a host_key that is none") from None


def _own_key(connection: Connection) -> paramiko.PKey | None:
    """Return the private key to sign in with: the extra field `private_key`; None where there is only a password."""
    text, phrase = connection.option("private_key"), connection.option("private_key_passphrase")
    if not text:
        connection.need({"password or private_key": connection.password})
        return None
    for kind in _KEYS:
        try:
            return kind.from_private_key(io.StringIO(text), password=phrase or None)
        except Exception:  # noqa: S112 -- of another kind; each library says so in its own way
            continue
    raise unusable(connection.name, "a private_key that cannot be read")
