"""The inbox as a folder: which files lie there, and a copy of one that is certainly whole."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import stat
import time
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from warehouse.contract.model import Contract
from warehouse.errors import TerminalError, TransientError
from warehouse.store.home import Home
from warehouse.store.ledger import Delivery

SETTLED_SECONDS = 2.0  # a file changed less than this ago may still be growing
_UNFINISHED = (".part", ".tmp", ".filepart", ".crdownload")
_CHUNK = 1 << 18  # bytes copied at a time; larger ones leave the cache between hash and copy
LATEST_NS = 253_402_300_799 * 10**9  # the year 9999; some senders' clocks know no bounds


class StillGrowing(TransientError):
    """The file changed while it was read: its sender has not finished."""

    code: ClassVar[str] = "SALA-F101"
    title: ClassVar[str] = "The file is still being written"


class FileGone(TransientError):
    """The file was listed but is no longer there, or cannot be read now."""

    code: ClassVar[str] = "SALA-F102"
    title: ClassVar[str] = "The file cannot be read now"


class FileNotInInbox(TerminalError):
    """No file of the inbox has this name or token."""

    code: ClassVar[str] = "SALA-F103"
    title: ClassVar[str] = "No such file in the inbox"


class NameTaken(TerminalError):
    """A file of this name, with other content, is in the inbox already."""

    code: ClassVar[str] = "SALA-F104"
    title: ClassVar[str] = "The inbox holds another file of this name"


@dataclass(frozen=True)
class Arrival:
    """A file in a partner's inbox.

    `shown` is its name as it may be kept and shown; `token` stands for it where names do not belong (XCom).
    """

    partner: str
    path: Path
    shown: str
    size: int
    modified_ns: int

    @property
    def token(self) -> str:
        """Sixteen hexadecimal digits that stand for the name."""
        return hashlib.sha256(self.path.name.encode("utf-8", "surrogateescape")).hexdigest()[:16]

    @property
    def delivery(self) -> Delivery:
        """The arrival as the ledger keeps it."""
        at = dt.datetime.fromtimestamp(self.modified_ns / 1e9, dt.UTC).isoformat(timespec="seconds")
        return Delivery(self.partner, self.shown, at, self.modified_ns, self.size)


def is_passed_over(name: str) -> bool:
    """Return whether a name says that it is no delivery: hidden, or by its sender's own word unfinished."""
    return name.startswith((".", "~$")) or name.endswith(_UNFINISHED)


def list_inbox(home: Home, contract: Contract) -> list[Arrival]:
    """Return the files of a partner's inbox by name; links, folders, hidden and unfinished files are passed over."""
    folder = home.root / contract.inbox
    arrivals = []
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        if is_passed_over(path.name):
            continue
        try:
            found = path.lstat()
        except FileNotFoundError:  # taken away since the folder was listed: nothing to ingest
            continue
        if stat.S_ISREG(found.st_mode):
            arrivals.append(Arrival(contract.id, path, contract.shown(path.name), *_state(found)))
    return arrivals


def _state(found: os.stat_result) -> tuple[int, int]:
    """Return size and time of the last change; a file of another state has other content."""
    return found.st_size, min(max(found.st_mtime_ns, 0), LATEST_NS)


def copy_whole(arrival: Arrival, target: Path) -> str:
    """Copy the file and return its SHA-256.

    Raises:
        StillGrowing: It changed since it was listed, so the copy may be half a file.
        FileGone: It is not there any more or cannot be opened.
    """
    try:
        age = time.time() - arrival.modified_ns / 1e9
        if 0 <= age < SETTLED_SECONDS:
            time.sleep(SETTLED_SECONDS - age)
        digest = hashlib.sha256()
        # A link put in the file's place after it was listed is not followed, a pipe not waited for.
        descriptor = os.open(arrival.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as source, target.open("wb") as copy:
            before = _state(os.fstat(descriptor))
            piece = memoryview(bytearray(_CHUNK))
            while size := source.readinto(piece):
                digest.update(piece[:size])
                copy.write(piece[:size])
        after = _state(arrival.path.lstat())
    except OSError as error:
        where, action = f"inbox of {arrival.partner}", "it is tried again; if it stays so, check the inbox"
        raise FileGone(where, type(error).__name__, "a readable file", action) from None
    if not (arrival.size, arrival.modified_ns) == before == after:
        where = f"inbox of {arrival.partner}"
        raise StillGrowing(where, "a file that changed while it was read", "a finished file", "it is tried again later")
    return digest.hexdigest()
