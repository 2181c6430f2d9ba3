"""Erase persons, and prove it: take them out everywhere, then search every file of the home for what named them.

    journal (sealed) ──► marks ──► each delivery ──► identity ──► inboxes ──► search ──► journal gone

Killed anywhere, it is run again and goes on; so does one whose search found something, once that was removed.
The same for persons whose time is up (`expire`), except that their rows stay and they may come again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from warehouse.errors import TerminalError
from warehouse.store import archive, erasures, ledger
from warehouse.store.database import DatabaseUnreadable
from warehouse.store.home import Home
from warehouse.store.keys import Keys, require_key
from warehouse.store.locks import vault_alone, writer_lock
from warehouse.store.sealed import SealBroken, unseal
from warehouse.vault import journal as journals
from warehouse.vault.journal import Journal
from warehouse.vault.persons import appearances
from warehouse.vault.redact import redact_delivery, redact_identity, redact_snapshots, remove_from_inboxes
from warehouse.vault.traces import Search, contents

OnStep = Callable[[str], None]


class BronzeLost(TerminalError):
    """Accepted rows are missing and would be lost for good with the original bytes."""

    code: ClassVar[str] = "SALA-V004"
    title: ClassVar[str] = "Accepted rows are missing"


@dataclass
class Searched:
    """What the search looked at, and where it found something; never what."""

    files: int = 0
    sealed: int = 0
    bytes: int = 0
    found: list[str] = field(default_factory=list)
    found_in_inbox: list[str] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)


def erase(
    home: Home,
    keys: Keys,
    person: str | None,
    today: str,
    alone: bool = False,
    also: Iterable[str] = (),
    on_step: OnStep = lambda _: None,
) -> list[dict[str, Any]]:
    """Erase a person, having ended the erasures that were begun before.

    Args:
        home: Where from.
        keys: Open and seal the vault.
        person: A `person_ref` or `officer_key`; None only to end what was begun.
        today: The day, as ISO text.
        alone: Only this `person_ref`, not the officer's other appearances.
        also: Further identifiers to search for, such as the partner's own id that was given.
        on_step: Told what is being done.

    Returns:
        One report for each erasure (see `_report`).

    Raises:
        PersonUnknown: Nobody is known by it.
        SealBroken: A sealed file cannot be opened.
        BronzeLost: Ingest has something to do first.
        WriterBusy: Somebody is building; try again.
    """
    with writer_lock(home, "vault erase"), vault_alone(home):
        unfinished = begun(home, keys)
        reports = [carry_out(home, keys, journal, on_step) for journal in unfinished]
        if person is None or any(person in (*j.persons, *j.officers) for j in unfinished):
            return reports
        if past := _past(home, keys, person):
            return [*reports, past]
        refs = appearances(home, person, alone)
        officers = () if alone else {person} - set(refs)
        journal = journals.begin(home, keys, "erased", refs, today, officers, also, on_step)
        return [*reports, carry_out(home, keys, journal, on_step)]


def begun(home: Home, keys: Keys) -> list[Journal]:
    """Return the unfinished erasures of a home that is fit for one.

    Raises:
        KeyOfAnotherHome: The key is not this home's.
        BronzeLost: Rows of an accepted delivery are missing and cannot be put back.
    """
    require_key(home, keys)
    accepted = [record for record in ledger.read_all(home) if record.outcome == "accepted"]
    for record in accepted:
        archive.restore_rows(home, keys, record)
    lost = sum(archive.is_lost(home, record) for record in accepted)
    if lost:
        found, action = f"no rows of {lost} accepted deliveries", "run: sala ingest, which reads them again; then this"
        raise BronzeLost(str(home.root / "bronze"), found, "the rows of every accepted delivery", action)
    return journals.unfinished(home, keys)


def _past(home: Home, keys: Keys, person: str) -> dict[str, Any] | None:
    """Return the report of an erasure that was ended before."""
    mark = erasures.mark(keys, person)
    for erasure in erasures.read_all(home):
        if mark in erasure.marks and erasure.finished:
            return {**vars(erasure), "marks": len(erasure.marks), "already": True, "searched": None}
    return None


def carry_out(home: Home, keys: Keys, journal: Journal, on_step: OnStep = lambda _: None) -> dict[str, Any]:
    """Do what a journal says, from wherever it was left, and return the report; the vault must be held alone."""
    expired = journal.cause == "expired"
    erasures.write(home, journal.record(keys, finished=False))  # from here on nobody of it comes back
    for number, delivery in enumerate(journal.deliveries):
        on_step(f"delivery {number + 1} of {len(journal.deliveries)}")
        redact_delivery(home, keys, delivery, journal.persons, keep_rows=expired)
    redact_identity(home, keys, journal.persons, keep_rows=expired)
    snapshots = 0 if expired else redact_snapshots(home, journal.persons, journal.erasure_id)
    removed = remove_from_inboxes(home, journal.deliveries)
    on_step("searching every file of the home")
    searched = search(home, keys, journal.words)
    finished = not searched.found and not searched.unreadable
    if finished:
        journals.end(home, keys, journal)
    return _report(journal, searched, removed, snapshots, finished)


def _report(journal: Journal, searched: Searched, removed: int, snapshots: int, finished: bool) -> dict[str, Any]:
    """Return what was done and what was searched, without a value: for a person to keep as proof."""
    return {
        "erasure_id": journal.erasure_id,
        "cause": journal.cause,
        "begun_on": journal.begun_on,
        "persons": len(journal.persons),
        "deliveries": len(journal.deliveries),
        "rows": journal.rows,
        "inbox_files_removed": removed,
        "snapshots_redacted": snapshots,
        "searched": {
            "identifiers": len(journal.words),
            "shared_with_others": journal.shared,
            "too_short": journal.short,
            "files": searched.files,
            "sealed_files_opened": searched.sealed,
            "bytes": searched.bytes,
        },
        "found": searched.found,
        "found_in_inbox": searched.found_in_inbox,
        "unreadable": searched.unreadable,
        "finished": finished,
        "already": False,
    }


def search(home: Home, keys: Keys, words: Iterable[str]) -> Searched:
    """Search every file of the home, the sealed ones opened, and their names.

    A journal of an erasure is passed over: it holds the words, and goes when nothing else does.
    """
    finder, done = Search(words), Searched()
    linked: dict[tuple[int, int], bool] = {}  # a snapshot's files are links to those of the zones: looked into once
    for path in sorted(home.root.rglob("*")):
        if not path.is_file() or path.is_symlink() or path.name.endswith(".journal.age"):
            continue
        shown = str(path.relative_to(home.root))
        try:
            status = path.stat()
            place = (status.st_dev, status.st_ino)
            if place not in linked:
                linked[place] = _holds(finder, keys, path, shown, done)
            hit = linked[place] or finder.finds(shown.encode("utf-8", "surrogateescape"))
        except FileNotFoundError:  # gone since the folder was listed
            continue
        except (SealBroken, DatabaseUnreadable):
            done.unreadable.append(shown)
            continue
        if hit:
            (done.found_in_inbox if home.inbox in path.parents else done.found).append(shown)
    return done


def _holds(finder: Search, keys: Keys, path: Path, shown: str, done: Searched) -> bool:
    sealed = path.suffix == ".age" and not shown.startswith("inbox")
    data = unseal(keys, path) if sealed else path.read_bytes()
    done.files, done.sealed, done.bytes = done.files + 1, done.sealed + sealed, done.bytes + len(data)
    return any(map(finder.finds, contents(path, data)))
