"""One writer at a time: an advisory file lock that dies with the process that holds it.

The lock belongs to the open file, not to the process: a child that inherits the descriptor keeps it
locked after its parent was killed, so an orphaned dbt never meets a second writer.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from warehouse.errors import TransientError
from warehouse.store.home import Home


class WriterBusy(TransientError):
    """Somebody else is writing the build file or publishing."""

    code = "SALA-S101"
    title = "Another step is using the build file"


@contextmanager
def writer_lock(home: Home, step: str) -> Iterator[int]:
    """Hold the one slot for transform, audit and publish; yield its file descriptor.

    Args:
        home: Whose build folder.
        step: Who takes the slot, shown to whoever meets it taken.

    Raises:
        WriterBusy: Somebody holds it; try again when that step has ended.
    """
    path = home.build / "writer.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        _take(descriptor, path)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{step}, process {os.getpid()}".encode(), 0)
        yield descriptor
    finally:
        os.close(descriptor)


def _take(descriptor: int, path: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(descriptor, 200, 0).decode(errors="replace") or "a step that has just begun"
        raise WriterBusy(
            where=str(path),
            found=f"in use by: {holder}",
            expected="one step at a time on one home",
            action="Wait for that step to end and try again; the lock goes when its process ends, however it ends.",
        ) from None
