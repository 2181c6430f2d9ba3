"""One writer at a time, and nobody in the vault while it is changed as a whole: advisory file locks.

A lock dies with the process that holds it.

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


class VaultBusy(TransientError):
    """The vault is being re-sealed, or a person is being erased."""

    code = "SALA-V101"
    title = "The vault is being changed as a whole"


@contextmanager
def vault_in_use(home: Home) -> Iterator[None]:
    """Hold the vault for reading or adding to it, together with any number of others.

    Raises:
        VaultBusy: It is being changed as a whole; try again when that has ended.
    """
    with _vault(home) as descriptor:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            raise VaultBusy(
                where=str(home.root / "vault"),
                found="in use by: sala vault",
                expected="a vault that nobody changes as a whole",
                action="Wait for that command to end and try again.",
            ) from None
        yield


@contextmanager
def vault_alone(home: Home) -> Iterator[None]:
    """Hold the vault alone, having waited for those who use it; what killed runs left half sealed is removed."""
    with _vault(home) as descriptor:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        for left in home.scratch.glob("*.age"):  # nobody else is sealing now
            left.unlink(missing_ok=True)
        yield


@contextmanager
def _vault(home: Home) -> Iterator[int]:
    path = home.scratch / "locks" / "vault"
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


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
