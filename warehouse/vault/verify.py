"""Open every sealed file, and see that what bronze says of persons is in the vault."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from warehouse.contract.entities import has_people
from warehouse.errors import TerminalError
from warehouse.store import ledger
from warehouse.store.archive import ZONES, originals
from warehouse.store.home import Home
from warehouse.store.keys import Keys, require_key
from warehouse.store.ledger import Record
from warehouse.store.locks import vault_in_use
from warehouse.store.sealed import SealBroken, unseal, unseal_identities, unseal_table


class SealedFileMissing(TerminalError):
    """A sealed file that the ledger promises is not there, or is another delivery's."""

    code: ClassVar[str] = "SALA-V005"
    title: ClassVar[str] = "Archive or vault are not whole"


def verify(home: Home, keys: Keys, on_file: Callable[[str, int, int], None] = lambda *_: None) -> dict[str, Any]:
    """Open every sealed file of the home and return a report.

    Args:
        home: Whose archive and vault.
        keys: The key of the home.
        on_file: Called with the phase, how many files are done and how many there are.

    Returns:
        `files`, `bytes` (of the opened contents), `fingerprint` of the key, and `problems`: one error, as a
        dictionary, for each file that does not open, is missing or holds other persons than bronze.

    Raises:
        KeyOfAnotherHome: The key is not this home's.
        RotationUnfinished: The home is between two keys.
        VaultBusy: The vault is being changed.
    """
    with vault_in_use(home):
        require_key(home, keys)
        paths, problems, opened = home.sealed_files(), [], 0
        for number, path in enumerate(paths):
            try:
                opened += len(unseal(keys, path))
                if path.name.endswith(".parquet.age"):
                    unseal_table(keys, path)
            except SealBroken as error:
                problems.append(error.as_dict())
            on_file("open", number + 1, len(paths))
        broken = {problem["where"] for problem in problems}
        for record in ledger.read_all(home):
            problems += [p.as_dict() for p in _missing(home, keys, record) if p.where not in broken]
    return {"files": len(paths), "bytes": opened, "fingerprint": keys.fingerprint, "problems": problems}


def _missing(home: Home, keys: Keys, record: Record) -> list[SealedFileMissing]:
    """Return what the ledger promises of a delivery and is not there."""
    problems = []
    if record.redacted and record.outcome == "accepted":
        kept = home.archived_rows(ZONES[0], record.partner, record.delivery_id)
        if not kept.exists():
            problems.append(_problem(str(kept), "no file", "the rows kept in the place of the original"))
    elif not record.redacted and not originals(home, record.delivery_id):
        original = home.archive(record.partner, record.delivery_id)
        problems.append(_problem(str(original), "no file", "the delivered bytes"))
    bronze = home.bronze(record.entity or "", record.partner, record.delivery_id)
    if record.outcome == "accepted" and has_people(record.entity or "") and bronze.exists():
        problems += _persons_missing(home, keys, record, set(_persons(pq.ParquetFile(bronze).read(["person_ref"]))))
    return problems


def _persons_missing(home: Home, keys: Keys, record: Record, wanted: set[str]) -> list[SealedFileMissing]:
    """Return a problem where the vault holds not the persons of a delivery, or fewer though nobody had to go."""
    path = home.vault(record.partner, record.delivery_id)
    try:
        known = set(_persons(unseal_identities(keys, path))) if path.exists() else set()
    except SealBroken:  # told already
        return []
    if known == wanted or (record.redacted and known < wanted):
        return []
    return [_problem(str(path), f"{len(known & wanted)} of {len(wanted)} persons", "the persons of its delivery")]


def _persons(table: pa.Table) -> list[str]:
    names: list[str] = pc.unique(table.column("person_ref")).to_pylist()
    return names


def _problem(where: str, found: str, expected: str) -> SealedFileMissing:
    return SealedFileMissing(where, found, expected, "restore the file from a backup")
