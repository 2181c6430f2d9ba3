"""The registry of officer keys: which person has which key, since when and why.

    identity/registry/000001.parquet, 000002.parquet, …    a file per run that changed something, only ever added

What holds now is the fold of all files: the last row of each person. A new cluster takes the key it overlaps most,
of several the oldest; a key is given to one cluster at a time, never renamed and never given to other persons. A file
appears whole, so a kill leaves the registry as it was, and a run that changes nothing adds nothing.
"""

from __future__ import annotations

import base64
import datetime as dt
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from warehouse.errors import TerminalError
from warehouse.identity.assignment import Assignment, Mint
from warehouse.store.files import write_parquet
from warehouse.store.home import Home
from warehouse.store.keys import Keys
from warehouse.store.schemas import REGISTRY

KEY_LETTERS = 12  # 60 bits; DuckDB holds texts of 12 bytes in place, which makes joins and groupings on them cheap
SEQUENCE = pa.field("sequence", pa.int32())


class RegistryBroken(TerminalError):
    """A file of the registry is missing or cannot be read: without it a key could be given a second time."""

    code: ClassVar[str] = "SALA-I001"
    title: ClassVar[str] = "The registry of officer keys is damaged"


@dataclass(frozen=True)
class Entry:
    """One file of the registry.

    Attributes:
        sequence: Its number; 0 stands for the empty registry before the first.
        rows: Of schema REGISTRY.
        model: Fingerprint of the model that scored; empty before the first run.
        persons: How many persons stood in active deliveries after it.
        officers: How many officers they were.
    """

    sequence: int
    rows: pa.Table
    model: str
    persons: int
    officers: int


NOTHING = Entry(0, REGISTRY.empty_table(), "", 0, 0)


def minting(keys: Keys) -> Mint:
    """Return what makes keys: pseudonyms of the smallest person of a cluster, so that a home made anew has the same."""

    def mint(person_ref: str, number: int) -> str:
        digest = hmac.digest(keys.pseudonym, f"officer\x1f{person_ref}\x1f{number}".encode(), "sha256")
        return base64.b32encode(digest[:10])[:KEY_LETTERS].decode().lower()

    return mint


def read_entries(home: Home) -> list[Entry]:
    """Return every file of the registry in order.

    Raises:
        RegistryBroken: One is missing or cannot be read.
    """
    paths = sorted(home.identity_registry.glob("*.parquet"))
    entries = [_entry(path) for path in paths]
    for number, entry in enumerate(entries, start=1):
        if entry.sequence != number:
            raise _broken(_path(home, number), "no file")
    return entries


def require_given(home: Home, history: pa.Table) -> None:
    """Make sure that the registry gave every key in use: of a chain of files, the last ones are missed by nobody else.

    The crosswalk is written after the registry, so it never knows more, unless a file of the registry has gone.

    Args:
        home: Whose crosswalk; there may be none.
        history: Every row of the registry.

    Raises:
        RegistryBroken: A key in use is not there.
    """
    try:
        used = pq.ParquetFile(home.crosswalk).read(columns=["officer_key"])["officer_key"]
    except (pa.ArrowException, OSError):  # not there or damaged: it is about to be made anew
        return
    lost = len(pc.unique(used.filter(pc.invert(pc.is_in(used, history["officer_key"].combine_chunks())))))
    if lost:
        raise _broken(home.identity_registry, f"{lost} officer keys in use that none of its files gave")


def history(entries: Sequence[Entry]) -> pa.Table:
    """Return all rows of the registry with the `sequence` of their file."""
    tables = [
        e.rows.append_column(SEQUENCE, pa.repeat(pa.scalar(e.sequence, pa.int32()), len(e.rows))) for e in entries
    ]
    return pa.concat_tables([REGISTRY.append(SEQUENCE).empty_table(), *tables])


def record(
    home: Home,
    entries: Sequence[Entry],
    assignment: Assignment,
    why: pa.Array,
    model: str,
    now: dt.datetime,
) -> list[Entry]:
    """Add what changed to the registry, if anything did, and return all its files; the lock is to be held.

    Another model is a change too, even where nobody moved: whoever moves later does so for another cause.

    Args:
        home: Whose registry.
        entries: Every file there is.
        assignment: Made of the history of these.
        why: The cause of each of its changes.
        model: Fingerprint of the model that scored.
        now: The time of the events.
    """
    last = entries[-1] if entries else NOTHING
    if not len(assignment.changes) and last.model in ("", model):
        return list(entries)
    return [
        *entries,
        _add(home, last.sequence, assignment.changes.append_column("cause", why), model, assignment.keys, now),
    ]


def _add(home: Home, sequence: int, changes: pa.Table, model: str, keys: pa.Table, now: dt.datetime) -> Entry:
    moment = pa.repeat(pa.scalar(now.astimezone(dt.UTC), REGISTRY.field("recorded_at").type), len(changes))
    rows = changes.append_column("recorded_at", moment).select(REGISTRY.names).cast(REGISTRY)
    entry = Entry(sequence + 1, rows, model, len(keys), len(pc.unique(keys["officer_key"])))
    told = {"model": entry.model, "persons": str(entry.persons), "officers": str(entry.officers)}
    write_parquet(home, _path(home, entry.sequence), rows.replace_schema_metadata(told))
    return entry


def _path(home: Home, sequence: int) -> Path:
    return home.identity_registry / f"{sequence:06d}.parquet"


def _entry(path: Path) -> Entry:
    try:
        rows = pq.ParquetFile(path).read()
        told = {name.decode(): value.decode() for name, value in (rows.schema.metadata or {}).items()}
        rows = rows.replace_schema_metadata(None).cast(REGISTRY)
        return Entry(int(path.stem), rows, told["model"], int(told["persons"]), int(told["officers"]))
    except (pa.ArrowInvalid, OSError, KeyError, ValueError) as error:
        raise _broken(path, type(error).__name__) from None


def _broken(path: Path, found: str) -> RegistryBroken:
    action = "restore the folder from a backup; it cannot be made again, as keys tell what came before"
    return RegistryBroken(str(path), found, "every file from the first to the last, as it was written", action)
