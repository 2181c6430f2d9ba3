"""A folder of this machine, or of any other file system that fsspec knows by its protocol.

The extra fields of the connection are what fsspec's file system takes; host, port, login and password go with them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import fsspec
from fsspec.implementations.local import LocalFileSystem

from warehouse.connectors.connection import Connection, unusable
from warehouse.connectors.faults import ServerUnknown, interrupted, is_loopback, refused
from warehouse.connectors.place import Place
from warehouse.connectors.remote import Files, Visit
from warehouse.errors import SalaError

IN_CLEAR = ("ftp", "http")


class _OwnFiles(LocalFileSystem):  # type: ignore[misc] # fsspec has no types
    """A folder of this machine; a link put in a file's place after it was listed is not followed."""

    def open(self, path: str, mode: str = "rb", **options: Any) -> Any:
        return os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb")


@contextmanager
def opened(visit: Visit) -> Iterator[Files]:
    """Yield the folder.

    Raises:
        ConnectionUnusable: fsspec knows no such protocol, or takes other settings.
        ServerUnknown: It would be talked to in clear.
        SourceRefused: It refuses the sign-in or the folder.
        SourceInterrupted: It does not answer, or no longer.
    """
    protocol, between, _ = visit.source.location.partition("://")
    shown = visit.where
    try:
        if between:
            files = _remote(visit, protocol)
            root = str(files._strip_protocol(visit.source.location))
        else:
            files, root = _OwnFiles(skip_instance_cache=True), str(visit.home.root / visit.source.location)
        yield Files(Place(files, root, shown), visit)
    except (PermissionError, FileNotFoundError, NotADirectoryError) as error:
        raise refused(shown, type(error).__name__) from None
    except SalaError:
        raise
    except Exception as error:  # each library has errors of its own for a line that is lost
        raise interrupted(shown, error) from None


def _remote(visit: Visit, protocol: str) -> Any:
    connection = visit.connection or Connection("")
    if protocol in IN_CLEAR and not is_loopback(connection.host):
        raise ServerUnknown(visit.where, f"{protocol}, in clear", "an encrypted protocol", "Name another server.")
    given = {"host": connection.host, "port": connection.port}
    given |= {"username": connection.login, "password": connection.password}
    options = {name: value for name, value in given.items() if value} | dict(connection.extra)
    try:
        with suppress(TypeError):  # some keep every setting, some take only their own
            return fsspec.filesystem(protocol, skip_instance_cache=True, use_listings_cache=False, **options)
        return fsspec.filesystem(protocol, skip_instance_cache=True, **options)
    except (ImportError, ValueError, TypeError) as error:
        found = f"{type(error).__name__} from fsspec for the protocol {protocol}"
        raise unusable(connection.name or f"of {visit.where}", found) from None
