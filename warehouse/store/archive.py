"""The archive: a delivery's original bytes, or, where a name had to go, its rows as they stand.

archive/<partner>/<sha-256>.zst.age                    the original, compressed and sealed
archive/<partner>/<sha-256>.age                        the same, sealed before originals were compressed
archive/<partner>/<sha-256>.bronze.parquet.age         in its place once somebody in it was erased:
archive/<partner>/<sha-256>.quarantine.parquet.age     nobody can read the erased person's row out of these

A delivery of the second kind cannot be read anew; lost bronze is put back from the kept rows.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq

from warehouse.store.files import write_parquet
from warehouse.store.home import Home
from warehouse.store.keys import Keys
from warehouse.store.ledger import Record
from warehouse.store.sealed import BUFFER, seal, seal_table, unseal_table

ZONES = ("bronze", "quarantine")


def keep_original(home: Home, keys: Keys, partner: str, delivery_id: str, source: Path) -> None:
    """Seal the delivered bytes, unless they are there already; rows kept in their place are needed no more."""
    archive = home.archive(partner, delivery_id)
    if not archive.exists():
        with source.open("rb", buffering=BUFFER) as stream:
            seal(home, keys, stream, archive)
    remove_rows(home, partner, delivery_id)


def keep_rows(home: Home, keys: Keys, record: Record) -> None:
    """Seal an accepted delivery's rows as they stand, then remove the original: every partner's copy of it."""
    for zone in ZONES:
        there = _zone(home, zone, record)
        kept = home.archived_rows(zone, record.partner, record.delivery_id)
        if there.exists() and record.outcome == "accepted":
            seal_table(home, keys, pq.ParquetFile(there).read(), kept)
        else:
            kept.unlink(missing_ok=True)
    remove_originals(home, record.delivery_id)


def originals(home: Home, delivery_id: str = "") -> list[Path]:
    """Return where the sealed original bytes lie: of one delivery, whichever partners sent it, or of all (no id)."""
    sealed = (home.root / "archive").glob(f"*/{delivery_id}*.age")
    return sorted(path for path in sealed if not path.name.endswith(".parquet.age"))


def remove_originals(home: Home, delivery_id: str) -> None:
    """Remove the sealed original bytes, whichever partners delivered them."""
    for original in originals(home, delivery_id):
        original.unlink(missing_ok=True)


def remove_rows(home: Home, partner: str, delivery_id: str) -> None:
    """Remove the rows kept in the place of an original."""
    for zone in ZONES:
        home.archived_rows(zone, partner, delivery_id).unlink(missing_ok=True)


def restore_rows(home: Home, keys: Keys, record: Record) -> bool:
    """Put lost bronze and quarantine of a redacted delivery back; return whether bronze had been lost.

    Raises:
        SealBroken: The kept rows cannot be opened.
    """
    if not record.redacted or not is_lost(home, record):
        return False
    for zone in reversed(ZONES):  # bronze last: while it is missing, this is done again
        kept = home.archived_rows(zone, record.partner, record.delivery_id)
        if kept.exists():
            write_parquet(home, _zone(home, zone, record), unseal_table(keys, kept))
    return not is_lost(home, record)


def is_lost(home: Home, record: Record) -> bool:
    """Return whether the rows of an accepted delivery are missing."""
    return record.outcome == "accepted" and not _zone(home, "bronze", record).exists()


def _zone(home: Home, zone: str, record: Record) -> Path:
    place = home.bronze if zone == "bronze" else home.quarantine
    return place(record.entity or "", record.partner, record.delivery_id)
