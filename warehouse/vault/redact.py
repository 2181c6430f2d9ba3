"""Take persons out of what is stored: deliveries, what identity keeps, the partners' own copies.

A delivery ends as it would have, had the file come after the erasure: the person's rows are refused as `person_erased`
(law 1 still balances), the vault and the archive no longer hold them. Every step may be done twice.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Collection, Iterable
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from warehouse.contract.entities import has_people
from warehouse.identity.decisions import erase_decisions
from warehouse.identity.state import read_kept
from warehouse.ingest.messages import MESSAGES, sentence
from warehouse.store import archive, erasures, ledger, snapshots
from warehouse.store.files import write_parquet
from warehouse.store.home import PACK_NAMED, Home
from warehouse.store.keys import Keys
from warehouse.store.ledger import Record
from warehouse.store.schemas import PROVENANCE, QUARANTINE
from warehouse.store.sealed import seal_table, unseal_table
from warehouse.vault.persons import bronze_files, vault_files

ERASED = "person_erased"


def redact_delivery(home: Home, keys: Keys, delivery_id: str, persons: Collection[str], keep_rows: bool) -> None:
    """Take persons out of one delivery; the ledger record, which says so, is written last.

    Args:
        home: Whose delivery.
        keys: Open and seal the vault.
        delivery_id: Which one.
        persons: Their pseudonyms.
        keep_rows: Leave the accepted rows, which hold no identifier; only what identifies goes.

    Raises:
        SealBroken: A file of the vault cannot be opened.
    """
    remove_packs(home, delivery_id)
    record = ledger.read(home, delivery_id)
    if record is None:  # its ingest was killed: it is done again from the inbox, without these persons
        _remove_undecided(home, delivery_id)
        return
    if record.outcome == "accepted" and has_people(record.entity or ""):
        if not keep_rows:
            record = _refused(home, record, persons)
        unseal_without(home, keys, home.vault(record.partner, delivery_id), persons)
    record = replace(record, redacted=True)
    archive.keep_rows(home, keys, record)
    ledger.write(home, record)


def remove_packs(home: Home, delivery_id: str) -> None:
    """Remove what a partner gets back of a delivery, also where it waits in the home's outbox; none is made again."""
    packs = [*home.returns.glob(f"*/{delivery_id}"), *home.outbox.rglob(f"*-{delivery_id[:PACK_NAMED]}-*")]
    for pack in packs:
        shutil.rmtree(pack)


def _remove_undecided(home: Home, delivery_id: str) -> None:
    made = [*bronze_files(home), *(home.root / "quarantine").glob("*/partner=*/*.parquet"), *vault_files(home)]
    for path in made:
        if path.name.split(".")[0] == delivery_id:
            path.unlink(missing_ok=True)
    archive.remove_originals(home, delivery_id)


def _refused(home: Home, record: Record, persons: Collection[str]) -> Record:
    """Move the persons' rows from bronze to quarantine, and return the record with its numbers put right."""
    entity = record.entity or ""
    accepted = home.bronze(entity, record.partner, record.delivery_id)
    quarantine = home.quarantine(entity, record.partner, record.delivery_id)
    if not accepted.exists():
        return record
    rows = pq.ParquetFile(accepted).read()
    theirs = rows.filter(pc.is_in(rows.column("person_ref"), pa.array(list(persons), pa.string())))
    if len(theirs):
        there = pq.ParquetFile(quarantine).read() if quarantine.exists() else QUARANTINE.empty_table()
        known = there.filter(pc.equal(there.column("rule"), ERASED)).column("row_id")  # by a run that was killed
        new = theirs.filter(pc.invert(pc.is_in(theirs.column("row_id"), known.combine_chunks())))
        write_parquet(home, quarantine, _in_order(pa.concat_tables([there, _refusals(new, entity)])))
        write_parquet(home, accepted, erasures.without(rows, persons))
    left = len(rows) - len(theirs)
    counts = record.counts
    refused = counts.read - counts.repeated - left
    return replace(record, counts=replace(counts, accepted=left, quarantined=refused))


def _refusals(rows: pa.Table, entity: str) -> pa.Table:
    said = {
        "entity": entity,
        "column_name": None,
        "header": None,
        "rule": ERASED,
        "code": MESSAGES[ERASED].code,
        "message": sentence(ERASED, "", ""),
    }
    provenance = rows.select([f.name for f in PROVENANCE])
    columns = [pa.array([value] * len(rows), pa.string()) for value in said.values()]
    return pa.table([*provenance.columns, *columns], names=[*provenance.column_names, *said]).cast(QUARANTINE)


def _in_order(rows: pa.Table) -> pa.Table:
    """Return refused rows in the order of the file, as ingest writes them; `row_id` says where each stood."""
    places = [tuple(int(number) for number in row_id.split(":")[1:]) for row_id in rows.column("row_id").to_pylist()]
    rules = rows.column("rule").to_pylist()
    return rows.take(pa.array(sorted(range(len(rows)), key=lambda n: (places[n], rules[n])), pa.int64()))


def unseal_without(home: Home, keys: Keys, path: Path, persons: Collection[str]) -> None:
    """Seal a table anew without these persons; where nobody is left in it, remove it."""
    if not path.exists():
        return
    table = unseal_table(keys, path)
    left = erasures.without(table, persons)
    if not len(left):
        path.unlink()
    elif len(left) < len(table):
        seal_table(home, keys, left, path)


def redact_identity(home: Home, keys: Keys, persons: Collection[str], keep_rows: bool) -> None:
    """Take persons out of what identity keeps between its runs.

    The registry of officer keys stays as it is: it holds pseudonyms that nothing leads back from.

    Raises:
        StateBroken: A file that identify keeps was cut or changed.
    """
    for sealed in sorted((home.root / "vault" / "identity").rglob("*.parquet.age")):
        unseal_without(home, keys, sealed, persons)
    if keep_rows:
        return
    for path in sorted(home.identity.glob("*.parquet")):
        table = read_kept(path)
        left = erasures.without(table, persons)
        if len(left) < len(table):
            write_parquet(home, path, left)
    erase_decisions(home, persons)  # their reasons are words a person wrote, perhaps with a name


def redact_snapshots(home: Home, persons: Collection[str], erasure_id: str) -> int:
    """Take persons' rows out of what versions were built from; return how many snapshots can no longer give theirs.

    A snapshot is marked first: killed half-way, it is gone through again.
    """
    there = [snapshots.draft(home), *snapshots.everything(home)]
    for snapshot in there:
        held = [path for path in sorted(snapshot.folder.rglob("*.parquet")) if _names(path, persons)]
        if not held:
            continue
        if snapshot.about_path.is_file():
            snapshots.record(home, snapshot, erasures=sorted({*snapshot.erasures, erasure_id}))
        for path in held:
            write_parquet(home, path, erasures.without(pq.ParquetFile(path).read(), persons))
    return sum(erasure_id in snapshot.erasures for snapshot in there)


def remove_from_inboxes(home: Home, deliveries: Iterable[str]) -> int:
    """Remove the partners' copies of decided deliveries; one that is undecided is read first, by the next ingest."""
    gone = {delivery for delivery in deliveries if ledger.read(home, delivery)}
    removed = 0
    for path in sorted(home.inbox.rglob("*")) if home.inbox.is_dir() else []:
        if path.is_file() and not path.is_symlink() and _sha256(path) in gone:
            path.unlink()
            removed += 1
    return removed


def _names(path: Path, persons: Collection[str]) -> bool:
    file = pq.ParquetFile(path)
    if "person_ref" not in file.schema_arrow.names:
        return False
    return bool(pc.any(pc.is_in(file.read(["person_ref"]).column(0), pa.array(list(persons), pa.string()))).as_py())


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
