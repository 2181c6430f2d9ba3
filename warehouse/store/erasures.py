"""Who was erased: keyed hashes that ingest consults, so that a file sent again brings nobody back.

vault/erasures/<id>.json          the erasure: day, cause, marks (keyed hashes of the pseudonyms), finished or not
vault/erasures/<id>.journal.age   sealed, while it is unfinished: who, and what is searched for
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa

from warehouse.store.files import write_json
from warehouse.store.home import Home
from warehouse.store.keys import Keys

Cause = Literal["erased", "expired"]


@dataclass(frozen=True)
class Erasure:
    """One erasure.

    Attributes:
        erasure_id: Twelve hexadecimal digits, the same for the same persons and cause.
        cause: `erased` on request: every row goes, and stays away. `expired`: only what identifies goes.
        begun_on: The day it was begun, as ISO text.
        persons: How many pseudonyms it is about.
        marks: Keyed hashes of the pseudonyms that must not come back; nobody without the key can link them.
        finished: True once the search for what is left found nothing.
    """

    erasure_id: str
    cause: Cause
    begun_on: str
    persons: int
    marks: tuple[str, ...]
    finished: bool = False


def path(home: Home, erasure_id: str) -> Path:
    """Return where the record of an erasure lies."""
    return home.erasures / f"{erasure_id}.json"


def journal(home: Home, erasure_id: str) -> Path:
    """Return where the sealed journal of an unfinished erasure lies."""
    return home.erasures / f"{erasure_id}.journal.age"


def id_of(keys: Keys, cause: Cause, persons: Iterable[str]) -> str:
    """Return the id of an erasure: the same persons and cause are the same erasure."""
    marks = "".join(sorted(mark(keys, person) for person in persons))
    return hashlib.sha256(f"{cause}{marks}".encode()).hexdigest()[:12]


def write(home: Home, erasure: Erasure) -> None:
    """Write the record of an erasure whole."""
    write_json(home, path(home, erasure.erasure_id), vars(erasure))


def read_all(home: Home) -> list[Erasure]:
    """Return all erasures, ordered by id."""
    documents: list[dict[str, Any]] = [json.loads(p.read_text("utf-8")) for p in sorted(home.erasures.glob("*.json"))]
    return [Erasure(**document | {"marks": tuple(document["marks"])}) for document in documents]


def mark(keys: Keys, person_ref: str) -> str:
    """Return the keyed hash under which an erased pseudonym is remembered."""
    return keys.pseudonymise(f"erased\x1f{person_ref}")


def erased_among(home: Home, keys: Keys, person_refs: Iterable[str]) -> frozenset[str]:
    """Return which of these pseudonyms belong to persons who were erased."""
    marks = {m for erasure in read_all(home) for m in erasure.marks}
    return frozenset(ref for ref in set(person_refs) if mark(keys, ref) in marks) if marks else frozenset()


def without(table: pa.Table, person_refs: Iterable[str]) -> pa.Table:
    """Return a table without the rows of these persons, whichever of its columns names them."""
    import pyarrow.compute as pc

    gone = pa.array(list(person_refs), pa.string())
    for name in ("person_ref", "left", "right"):
        if name in table.column_names:
            table = table.filter(pc.invert(pc.fill_null(pc.is_in(table.column(name), gone), False)))
    return table
