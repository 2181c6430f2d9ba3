"""An SFTP server whose host key is pinned in the connection: without the key nothing is sent."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import paramiko
from fsspec.implementations.sftp import SFTPFileSystem

from warehouse.extracts.delivery.connection import Connection, required, unusable
from warehouse.extracts.delivery.faults import ServerUnknown, interrupted, refused
from warehouse.extracts.delivery.parcel import Parcel
from warehouse.extracts.delivery.upload import Place, upload
from warehouse.store.home import Home

SILENCE = 60.0  # seconds without an answer after which the connection counts as lost
_KEYS: tuple[type[paramiko.PKey], ...] = (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey)


class PinnedFiles(SFTPFileSystem):  # type: ignore[misc] # fsspec has no types
    """The files of a server that proves to be the one that was agreed on; fsspec alone would trust any."""

    cachable = False  # else fsspec would keep the connection, and its password, for the life of the process

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        super().__init__(connection.host)

    def _connect(self) -> None:
        to, port = self.connection, self.connection.port or 22
        self.client = paramiko.SSHClient()
        self.client.set_missing_host_key_policy(paramiko.RejectPolicy())
        host_key = _host_key(to)
        entry = to.host if port == 22 else f"[{to.host}]:{port}"
        self.client.get_host_keys().add(entry, host_key.get_name(), host_key)
        self.client.connect(
            to.host,
            port,
            username=to.login,
            password=to.password or None,
            pkey=_own_key(to),
            allow_agent=False,
            look_for_keys=False,
            timeout=SILENCE,
            banner_timeout=SILENCE,
            auth_timeout=SILENCE,
        )
        self.ftp = self.client.open_sftp()
        self.ftp.get_channel().settimeout(SILENCE)

    def open(self, path: str, mode: str = "rb", **options: Any) -> Any:
        """Open a file of the server; answers are awaited together, not one by one."""
        file = super().open(path, mode, **options)
        if "w" in mode:
            file.set_pipelined(True)
        else:
            file.prefetch()
        return file


def send(home: Home, parcel: Parcel, to: str, connection: Connection | None, now: datetime) -> None:
    """Deliver to the folder `to` of the server."""
    with opened(to, required(connection, "sftp")) as place:
        upload(place, parcel)


@contextmanager
def opened(to: str, connection: Connection) -> Iterator[Place]:
    """Yield the folder `to` of the server, closed after the block.

    Raises:
        ConnectionUnusable: Host, login, host key, or the means to sign in are missing.
        ServerUnknown: It has another host key.
        DeliveryRefused: It refuses the sign-in or the folder.
        DeliveryInterrupted: It does not answer, or no longer.
    """
    connection.need({"host": connection.host, "login": connection.login, "host_key": connection.option("host_key")})
    shown = f"sftp://{connection.host}/{to.lstrip('/')}"
    files = None
    try:
        files = PinnedFiles(connection)
        yield Place(files, to, shown)
    except paramiko.AuthenticationException:
        raise refused(shown, "it does not accept the sign-in") from None
    except paramiko.BadHostKeyException:
        raise _unknown(shown) from None
    except (PermissionError, FileNotFoundError) as error:
        raise refused(shown, type(error).__name__) from None
    except (paramiko.SSHException, OSError, EOFError) as error:
        raise interrupted(shown, error) from None
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
