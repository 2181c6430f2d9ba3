"""Fetching: what is new or changed at a partner's servers comes into the inbox, each file whole or not at all.

    look ──► leave out what is known ──► whole? (two looks, or a marker) ──► receive ──► check ──► inbox ──► remember

A file enters the inbox by one renaming, with the time it has at the server, and is remembered after that. Killed
anywhere, the next visit fetches what is not remembered: the same bytes under the same name, of which ingest takes no
notice. What fails at one file or one source does not stop the others. By hand: ``sala fetch [PARTNER]``.
"""

from __future__ import annotations

import hashlib
import importlib
import os
import shutil
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from warehouse.connectors.connection import Connections
from warehouse.connectors.faults import NameUnfit, ServerUnknown, SourceInterrupted
from warehouse.connectors.fetched import Entry, Memory
from warehouse.connectors.files import LATEST_NS, NameTaken
from warehouse.connectors.remote import WORK, Listed, Pace, Remote, Visit, gone, growing
from warehouse.contract.model import Contract
from warehouse.contract.sources import Source
from warehouse.errors import SalaError, TransientError
from warehouse.store.files import StoreBusy, only_one, whole_file
from warehouse.store.home import Home

_MOST_ATTEMPTS = 100  # of a source in one run, however much each of them brings
_LONGEST_NAME = 200  # bytes; the file systems of a home allow a little more


@dataclass(frozen=True)
class FileOutcome:
    """What became of one file of a server: `fetched`, `waiting` for its marker, or `failed`."""

    file: str
    outcome: str
    error: SalaError | None = None


@dataclass
class Fetched:
    """What became of a source: how many files it lists, how many are as they were, and what became of the others."""

    partner: str
    source: str
    listed: int = 0
    unchanged: int = 0
    files: list[FileOutcome] = field(default_factory=list)
    error: SalaError | None = None

    @property
    def errors(self) -> list[SalaError]:
        """All that went wrong."""
        return [error for error in (self.error, *(one.error for one in self.files)) if error]

    @property
    def summary(self) -> str:
        """What became of it, in lines for a log."""
        count = Counter(one.outcome for one in self.files)
        counts = [f"{count[kind]} {kind}" for kind in ("fetched", "waiting", "failed")]
        said = f"{self.source}: {self.listed} listed, {self.unchanged} as before, {', '.join(counts)}"
        return "\n".join([said, *(str(error) for error in self.errors)])

    def as_dict(self) -> dict[str, Any]:
        """Return the fields for a report."""
        files = [{"file": one.file, "outcome": one.outcome, "error": _told(one.error)} for one in self.files]
        return {**vars(self), "files": files, "error": _told(self.error)}


OnFile = Callable[[str, FileOutcome], None]


def fetch(
    home: Home,
    contract: Contract,
    connections: Connections,
    pace: Pace | None = None,
    *,
    again: bool = False,
    on_file: OnFile = lambda *_: None,
) -> list[Fetched]:
    """Fetch what is new at a partner's servers and return what became of each.

    Args:
        home: Whose inbox.
        contract: Names the sources.
        connections: Gives a connection by its name.
        pace: How patiently.
        again: Put back what was fetched before and is not in the inbox any more.
        on_file: Called with the source's name and each file that was fetched or failed.
    """
    if not contract.sources:
        return []
    try:
        with only_one(home, f"{WORK}{contract.id}", wait=False):
            memory = Memory(home, contract.id)
            return [
                _Fetching(home, contract, source, memory, pace or Pace(), again, on_file).run(connections)
                for source in contract.sources
            ]
    except StoreBusy as error:  # another process is fetching for this partner
        return [Fetched(contract.id, source.name, error=error) for source in contract.sources]


def remove_left_over(home: Home) -> None:
    """Remove what killed visits left; what is in use stays."""
    for folder in home.scratch.glob(f"{WORK}*"):
        with suppress(StoreBusy), only_one(home, folder.name, wait=False):
            shutil.rmtree(folder, ignore_errors=True)


def failure(done: Sequence[Fetched]) -> SalaError | None:
    """Return the error to raise for a run: what trying again may mend before what it cannot; None when all is well."""
    errors = [error for one in done for error in one.errors]
    return next((error for error in errors if isinstance(error, TransientError)), errors[0] if errors else None)


@dataclass
class _Fetching:
    """The attempts at one source."""

    home: Home
    contract: Contract
    source: Source
    memory: Memory
    pace: Pace
    again: bool
    on_file: OnFile

    def run(self, connections: Connections) -> Fetched:
        """Try until nothing is left that trying again may mend, or it was tried often enough."""
        fetched: dict[str, FileOutcome] = {}
        looked, fruitless = (0, 0), 0
        for _ in range(_MOST_ATTEMPTS):
            done, kept = self._attempt(connections)
            new = {one.file: one for one in done.files if one.outcome == "fetched"}
            if done.listed or not done.error:  # it let us look; what this run fetched before is not news of the server
                looked = done.listed, max(0, done.unchanged - len(fetched))
            fetched |= new
            fruitless = 0 if new or kept else fruitless + 1
            if (pause := self._pause(done.errors, fruitless)) is None:
                break
            time.sleep(pause)
        others = [one for one in done.files if one.outcome != "fetched"]
        for one in others:
            self.on_file(self.source.name, one)
        done.files = [*fetched.values(), *others]
        done.listed, done.unchanged = looked
        return done

    def _pause(self, errors: Sequence[SalaError], fruitless: int) -> float | None:
        """Return how many seconds to wait for the next attempt; None where there shall be none."""
        again = [error for error in errors if isinstance(error, TransientError)]
        wait = max((error.wait for error in again if isinstance(error, SourceInterrupted)), default=0.0)
        if not again or not self.pace.pauses or fruitless > len(self.pace.pauses) or wait > self.pace.longest_wait:
            return None
        return max(wait, self.pace.pauses[max(fruitless - 1, 0)])

    def _attempt(self, connections: Connections) -> tuple[Fetched, int]:
        """Visit the server once; return what became of it, and how many parts of files are kept for the next visit."""
        done, kept = Fetched(self.contract.id, self.source.name), 0
        remote: Remote | None = None
        try:
            connection = connections(self.source.connection) if self.source.connection else None
            visit = Visit(self.home, self.contract.id, self.source, connection, self.pace)
            # Only the library of the transport that is used: together they take a second to import.
            transport = importlib.import_module(f"warehouse.connectors.{self.source.transport}")
            with transport.opened(visit) as remote:
                for listed in self._whole(remote, visit, done):
                    self._take(remote, visit, listed, done)
        except SalaError as error:
            done.error = error
        return done, remote.kept if remote else kept

    def _whole(self, remote: Remote, visit: Visit, done: Fetched) -> list[Listed]:
        """Return the files that are new or changed and certainly whole; note those that are not whole yet."""
        rule, there = self.source.whole, remote.look()
        markers = {one.name: one for one in there if rule.marker and one.name.endswith(rule.marker)}
        files = [one for one in there if one.name not in markers]
        done.listed = len(files)
        new = [one for one in files if self.again or not self.memory.knows(self.source, one)]
        done.unchanged = done.listed - len(new)
        if rule.marker:
            whole = [one for one in new if _is_marked(one, markers.get(one.name + rule.marker))]
            done.files += [FileOutcome(self._shown(one), "waiting") for one in new if one not in whole]
            return whole
        if not new or not rule.stableSeconds:
            return new
        time.sleep(rule.stableSeconds)
        again = {one.path: one for one in remote.look()}
        for one in new:
            if again.get(one.path) != one:
                self._failed(one, growing(visit.where) if one.path in again else gone(visit.where), done)
        return [one for one in new if again.get(one.path) == one]

    def _take(self, remote: Remote, visit: Visit, listed: Listed, done: Fetched) -> None:
        """Fetch one file; only what concerns the whole server is raised."""
        try:
            if listed.gone:
                raise gone(visit.where)
            is_new = self._receive(remote, visit, listed)
        except (SourceInterrupted, ServerUnknown):
            raise
        except SalaError as error:
            self._failed(listed, error, done)
            return
        if not is_new:
            done.unchanged += 1
        else:
            done.files.append(FileOutcome(self._shown(listed), "fetched"))
            self.on_file(self.source.name, done.files[-1])

    def _receive(self, remote: Remote, visit: Visit, listed: Listed) -> bool:
        """Put the file into the inbox; return False where its content is the same as before."""
        target = self._target(visit, listed)
        part, before = visit.work / "part", self.memory.of(self.source, listed)
        try:
            content = remote.receive(listed, part)
            sha256 = _digest(part)
            is_new = before is None or before.content != content or (self.again and not target.exists())
            if is_new:
                if listed.modified_ns is not None:
                    moment = min(max(listed.modified_ns, 0), LATEST_NS)
                    os.utime(part, ns=(moment, moment))
                self._place(part, target, sha256, before)
        finally:
            part.unlink(missing_ok=True)
        self.memory.keep(self.source, listed, content, sha256 if is_new or before is None else before.sha256)
        return is_new

    def _target(self, visit: Visit, listed: Listed) -> Path:
        """Return where the file belongs in the inbox."""
        name = listed.name
        if name in ("", ".", "..") or set("/\0") & set(name) or len(os.fsencode(name)) > _LONGEST_NAME:
            action = "Ask the partner to rename the file."
            raise NameUnfit(visit.where, "a name that no file can have here", "an ordinary file name", action)
        return self.home.root / self.contract.inbox / name

    def _place(self, part: Path, target: Path, sha256: str, before: Entry | None) -> None:
        """Move the file into the inbox; only what was fetched from the same place gives way to it."""
        if target.is_symlink() or target.exists():
            there = _digest(target) if target.is_file() and not target.is_symlink() else ""
            if there not in (sha256, before.sha256 if before else sha256):
                where, action = f"inbox of {self.contract.id}", "Rename one of the two, or remove the one in the inbox."
                raise NameTaken(where, "a file from elsewhere, with other content", "a free name", action)
        with whole_file(self.home, target) as scratch:
            part.replace(scratch)

    def _failed(self, listed: Listed, error: SalaError, done: Fetched) -> None:
        error.where += f": {self._shown(listed)}"  # only here it is known how the name may be shown
        done.files.append(FileOutcome(self._shown(listed), "failed", error))

    def _shown(self, listed: Listed) -> str:
        return self.contract.shown(listed.name)


def _told(error: SalaError | None) -> dict[str, str] | None:
    return error.as_dict() if error else None


def _is_marked(listed: Listed, marker: Listed | None) -> bool:
    """Return whether a marker says that the file is whole; one that is older speaks of what was there before."""
    if marker is None or marker.gone:
        return False
    return listed.modified_ns is None or marker.modified_ns is None or marker.modified_ns >= listed.modified_ns


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
