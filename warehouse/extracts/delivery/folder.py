"""A folder of this machine, or one mounted here; a relative one lies in the home's `outbox/`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from fsspec.implementations.local import LocalFileSystem

from warehouse.connectors.connection import Connection
from warehouse.connectors.place import Place
from warehouse.extracts.delivery.faults import interrupted, refused
from warehouse.extracts.delivery.parcel import Parcel
from warehouse.extracts.delivery.upload import upload
from warehouse.store.home import Home


def send(home: Home, parcel: Parcel, to: str, connection: Connection | None, now: datetime) -> None:
    """Deliver to the folder; the extra field `path` of a connection, if there is one, stands before it."""
    root = home.outbox / (connection.option("path") if connection else "") / to
    with opened(root) as place:
        upload(place, parcel)


@contextmanager
def opened(root: Path) -> Iterator[Place]:
    """Yield the folder.

    Raises:
        DeliveryRefused: The operating system does not let us write there.
        DeliveryInterrupted: It fails for another reason, such as a full disk.
    """
    try:
        yield Place(LocalFileSystem(skip_instance_cache=True), str(root), str(root))
    except (PermissionError, FileExistsError, NotADirectoryError) as error:
        raise refused(str(root), type(error).__name__, "Mend the rights of the folder, or name another.") from None
    except OSError as error:  # a mount that is gone, a disk that is full
        raise interrupted(str(root), error) from None
