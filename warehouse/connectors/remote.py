"""What fetching asks of a server, whatever it speaks: which files are there, and one of them, whole or not at all.

Each transport is a module with a function `opened`, which yields a `Remote` for the block; `Files` serves whatever
fsspec has a file system for.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Protocol
from urllib.parse import urlsplit

from warehouse.connectors.connection import Connection, required
from warehouse.connectors.faults import NotAsAnnounced, ServerUnknown, TooLarge, interrupted, refused
from warehouse.connectors.files import FileGone, StillGrowing, is_passed_over
from warehouse.connectors.place import Place
from warehouse.contract.sources import Source
from warehouse.errors import SalaError
from warehouse.store.access import inaccessible
from warehouse.store.home import Home

WORK = "fetch-"  # begins the name of each folder for unfinished work
LARGEST = 2 << 30  # bytes of a file; nothing larger is read
_CHUNK = 1 << 22


@dataclass(frozen=True)
class Pace:
    """How long is waited for what; all in seconds.

    Attributes:
        pauses: Before each further attempt; an attempt that got something begins the row anew.
        silence: Without an answer after which a connection counts as lost.
        longest_file: Within which a file must have arrived: a server may also be too slow to ever end.
        longest_wait: That a server may ask to be left alone; if it asks for more, the next run comes back.
    """

    pauses: tuple[float, ...] = (2.0, 10.0, 30.0)
    silence: float = 60.0
    longest_file: float = 3600.0
    longest_wait: float = 120.0


@dataclass(frozen=True)
class Visit:
    """One visit to a source: whose, to which server, as whom, how patiently, and where unfinished work may lie."""

    home: Home
    partner: str
    source: Source
    connection: Connection | None
    pace: Pace

    @property
    def where(self) -> str:
        """The source, for people."""
        return f"source {self.source.name} of {self.partner}"

    @property
    def work(self) -> Path:
        """A folder of the partner's for unfinished work, which nobody else may read."""
        folder = self.home.scratch / f"{WORK}{self.partner}"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder

    def required(self) -> Connection:
        """Return the connection of a transport that needs one."""
        return required(self.connection, self.where)

    def same_host(self, of_address: str, of_connection: str) -> None:
        """Make sure that the secret goes to nobody but whom the connection names.

        Raises:
            ServerUnknown: Contract and connection name different hosts.
        """
        named = urlsplit(of_connection if "://" in of_connection else f"//{of_connection}").hostname
        if of_address and named and of_address.lower() != named:
            found, action = "another host than the connection's", "Correct the location or the connection."
            raise ServerUnknown(self.where, found, "the same host in the contract and in its connection", action)


@dataclass(frozen=True)
class Listed:
    """A file as a server lists it.

    Attributes:
        path: Where it lies there.
        name: Under which it enters the inbox.
        size: Bytes, None where the server does not say.
        modified_ns: Time of its last change in nanoseconds since 1970, None where the server does not say.
        tag: What else tells one content from another, such as an ETag.
        gone: It is listed, and not there.
    """

    path: str
    name: str
    size: int | None = None
    modified_ns: int | None = None
    tag: str = ""
    gone: bool = False

    @property
    def state(self) -> str:
        """What the server says of the content; empty where it says too little to know it again."""
        known = self.tag or self.modified_ns is not None
        return f"{self.size} {self.modified_ns} {self.tag}" if known else ""


class Remote(Protocol):
    """A server during a visit.

    Attributes:
        kept: How many parts of a file it has sent with which the next visit goes on.
    """

    kept: int

    def look(self) -> list[Listed]:
        """Return the files that are there.

        Raises:
            SourceRefused: It does not let us look.
            SourceInterrupted: It does not answer.
        """

    def receive(self, listed: Listed, target: Path) -> str:
        """Write the whole file to `target` and return what its content is known by.

        Raises:
            FileGone: It is not there any more.
            StillGrowing: It changed since it was listed.
            NotAsAnnounced: Its length or checksum is another.
        """


class Intake:
    """Takes in the bytes of one file: counts, hashes, and gives up on what never ends."""

    def __init__(self, where: str, pace: Pace, size: int | None, largest: int = LARGEST) -> None:
        self.where, self.size, self.largest, self.received = where, size, largest, 0
        self.until = time.monotonic() + pace.longest_file
        self.sums = {"sha256": hashlib.sha256(), "md5": hashlib.md5(usedforsecurity=False)}
        if (size or 0) > largest:
            raise self.too_large()

    def write(self, chunks: Iterable[bytes], target: Path) -> None:
        """Write the chunks to a file."""
        with target.open("wb") as file:
            for chunk in chunks:
                self._keep(file, chunk)
                self.received += len(chunk)
                for each in self.sums.values():
                    each.update(chunk)
                if self.received > self.largest:
                    raise self.too_large()
                if time.monotonic() > self.until:
                    raise interrupted(self.where, "a file that arrives too slowly")

    @staticmethod
    def _keep(file: BinaryIO, chunk: bytes) -> None:
        try:
            file.write(chunk)
            file.flush()
        except OSError as error:  # our disk, for which the server is not to blame
            raise inaccessible(error) from None

    def check(self, announced: Mapping[str, str]) -> str:
        """Return the SHA-256, having compared length and checksums with what the server announced.

        Raises:
            NotAsAnnounced: One is different.
        """
        digests = {name: each.hexdigest() for name, each in self.sums.items()}
        if self.size is not None and self.received != self.size:
            raise differs(self.where, f"{self.received} bytes", f"{self.size} bytes")
        for name, digest in announced.items():
            if digests[name] != digest.lower():
                raise differs(self.where, f"another {name}", f"the {name} that the server announced")
        return digests["sha256"]

    def too_large(self) -> TooLarge:
        """Return the error for a file beyond the limit."""
        limit = f"{self.largest >> 20} MiB"
        return TooLarge(self.where, f"more than {limit}", f"at most {limit}", "Ask the partner to split it.")


class Files:
    """The files of a folder or a bucket, behind fsspec."""

    def __init__(self, place: Place, visit: Visit) -> None:
        self.place, self.visit, self.kept = place, visit, 0

    def look(self) -> list[Listed]:
        """Return the plain files of the folder itself, or those of the contract's `paths`."""
        if self.visit.source.paths:
            named = [self._one(self._below(path)) for path in self.visit.source.paths]
            return [one for one in named if one]
        try:
            entries = self.place.files.ls(self.place.root, detail=True)
        except FileNotFoundError:
            if self.is_empty():
                return []
            raise refused(self.place.shown, "no such folder") from None
        found = [self._listed(entry) for entry in entries if _is_plain(entry)]
        return sorted((one for one in found if not is_passed_over(one.name)), key=lambda one: one.name)

    def receive(self, listed: Listed, target: Path) -> str:
        """Write the whole file to `target` and return its SHA-256."""
        intake = Intake(self.visit.where, self.visit.pace, listed.size)
        try:
            with self.place.files.open(listed.path, "rb", block_size=_CHUNK) as file:
                intake.write(iter(lambda: file.read(_CHUNK), b""), target)
            announced, after = self.announced(listed), self._one(listed.path)
        except FileNotFoundError:
            after = None
        except PermissionError as error:
            raise refused(self.visit.where, f"{type(error).__name__} for a file") from None
        if after is None:
            raise gone(self.visit.where)
        if after.state != listed.state:
            raise growing(self.visit.where)
        return intake.check(announced)

    def announced(self, listed: Listed) -> dict[str, str]:
        """Return the checksums that the server gives, as hexadecimal digits by name."""
        return {}

    def is_empty(self) -> bool:
        """Return whether a folder that is not there means that it holds nothing."""
        return False

    def _below(self, path: str) -> str:
        return f"{self.place.root.rstrip('/')}/{path}"

    def _one(self, path: str) -> Listed | None:
        try:
            return self._listed(self.place.files.info(path))
        except FileNotFoundError:
            return None

    def _listed(self, entry: Mapping[str, Any]) -> Listed:
        path, size = str(entry["name"]), entry.get("size")
        tag = str(entry.get("ETag") or entry.get("etag") or "").strip('"')
        return Listed(path, path.rpartition("/")[2], None if size is None else int(size), _changed(entry), tag)


def _is_plain(entry: Mapping[str, Any]) -> bool:
    return entry.get("type") == "file" and not str(entry["name"]).endswith("/")


def _changed(entry: Mapping[str, Any]) -> int | None:
    """Return the time of the last change, by whatever name a file system has for it."""
    for name in ("mtime", "LastModified", "last_modified", "modified", "updated", "modify", "created"):
        value = entry.get(name)
        if isinstance(value, dt.datetime):
            return int(value.timestamp() * 1000) * 10**6
        if isinstance(value, int | float) and not isinstance(value, bool):
            return int(value * 1000) * 10**6
    return None


def differs(where: str, found: str, expected: str) -> SalaError:
    """Return the transient error for what arrived otherwise than announced."""
    return NotAsAnnounced(where, found, expected, "It is tried again; if it stays so, ask whoever runs the server.")


def gone(where: str) -> FileGone:
    """Return the transient error for a file that was listed and is not there."""
    return FileGone(where, "a file that is listed and not there", "a readable file", "it is looked for again later")


def growing(where: str) -> StillGrowing:
    """Return the transient error for a file that changed while it was looked at."""
    return StillGrowing(where, "a file that changed while it was fetched", "a finished file", "it is tried again later")
