"""What an erasure set out to do, sealed until it is done: whoever runs it again finds it as it was begun.

Everything is found out before anything is changed: half-way, a delivery that no longer holds the person could not be
recognised as one that did.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, astuple, dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from warehouse.store import erasures
from warehouse.store.archive import originals
from warehouse.store.home import Home
from warehouse.store.keys import Keys
from warehouse.store.sealed import seal, unseal
from warehouse.vault.persons import bronze_files, deliveries_of, identifiers_of
from warehouse.vault.traces import Search, contents


@dataclass(frozen=True)
class Journal:
    """One erasure under way.

    Attributes:
        erasure_id: Its id.
        cause: `erased` or `expired`.
        begun_on: The day it was begun, as ISO text.
        persons: The pseudonyms concerned.
        officers: Officer keys by which all of them were known.
        deliveries: The deliveries in which they, or words that are theirs alone, stand.
        rows: How many accepted rows are theirs.
        words: Identifiers that are theirs alone, to be searched for at the end.
        shared: How many of their identifiers others have too.
        short: How many are too short to be searched for.
    """

    erasure_id: str
    cause: erasures.Cause
    begun_on: str
    persons: tuple[str, ...]
    officers: tuple[str, ...]
    deliveries: tuple[str, ...]
    rows: int
    words: tuple[str, ...]
    shared: int
    short: int

    def record(self, keys: Keys, finished: bool) -> erasures.Erasure:
        """Return what is kept of it for good; somebody whose time was up may come again and is not marked."""
        known_by = (*self.persons, *self.officers) if self.cause == "erased" else ()
        marks = tuple(sorted(erasures.mark(keys, name) for name in known_by))
        return erasures.Erasure(self.erasure_id, self.cause, self.begun_on, len(self.persons), marks, finished)


def begin(
    home: Home,
    keys: Keys,
    cause: erasures.Cause,
    persons: Iterable[str],
    begun_on: str,
    officers: Iterable[str] = (),
    also: Iterable[str] = (),
    on_step: Callable[[str], None] = lambda _: None,
) -> Journal:
    """Find out what an erasure concerns, and write it down.

    Args:
        home: Whose persons.
        keys: Open the vault.
        cause: Why.
        persons: Their pseudonyms.
        begun_on: The day, as ISO text.
        officers: The officer keys that stand for these persons and no others.
        also: Further identifiers to search for, which the vault may not know.
        on_step: Told what is being done.

    Raises:
        SealBroken: A sealed file cannot be opened; nothing was changed.
    """
    persons = tuple(sorted(persons))
    on_step("looking into the vault")
    known = identifiers_of(home, keys, persons, also)
    on_step("looking through the archive")
    deliveries = deliveries_of(home, keys, persons) | _originals_with(home, keys, known.words)
    rows = _rows(home, persons) if cause == "erased" else 0
    erasure_id, officers = erasures.id_of(keys, cause, persons), tuple(sorted(officers))
    journal = Journal(erasure_id, cause, begun_on, persons, officers, tuple(sorted(deliveries)), rows, *astuple(known))
    _write(home, keys, journal)
    return journal


def _write(home: Home, keys: Keys, journal: Journal) -> None:
    text = json.dumps(asdict(journal), ensure_ascii=False).encode()
    seal(home, keys, io.BytesIO(text), erasures.journal(home, journal.erasure_id))


def unfinished(home: Home, keys: Keys) -> list[Journal]:
    """Return the erasures that were begun and not ended.

    Raises:
        SealBroken: A journal cannot be opened.
    """
    found = []
    for path in sorted(home.erasures.glob("*.journal.age")):
        document: dict[str, Any] = json.loads(unseal(keys, path))
        fields: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in document.items()}
        found.append(Journal(**fields))
    return found


def end(home: Home, keys: Keys, journal: Journal) -> None:
    """Forget what was searched for, and record that nothing of it was found."""
    erasures.journal(home, journal.erasure_id).unlink(missing_ok=True)
    erasures.write(home, journal.record(keys, finished=True))


def _rows(home: Home, persons: Iterable[str]) -> int:
    wanted = pa.array(list(persons), pa.string())
    columns = (pq.ParquetFile(path).read(columns=["person_ref"]).column(0) for path in bronze_files(home))
    return sum(pc.sum(pc.is_in(column, wanted)).as_py() or 0 for column in columns)


def _originals_with(home: Home, keys: Keys, words: Iterable[str]) -> set[str]:
    """Return the deliveries whose sealed bytes hold one of the words, in a row refused or a file held."""
    search = Search(words)
    found = set()
    for path in originals(home):
        if any(map(search.finds, contents(path, unseal(keys, path)))):
            found.add(path.name.partition(".")[0])
    return found
