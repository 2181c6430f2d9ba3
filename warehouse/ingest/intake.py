"""One file from the inbox to the ledger: land → read → conform → validate → commit.

Every step writes whole files under the delivery's own name, and the ledger record comes last. Killed
anywhere, the file is simply undecided and the next run does it again, to the same bytes; run twice, the second
run finds the record. Files share nothing, so any number can be ingested at once.

    python -m warehouse ingest ijm
"""

from __future__ import annotations

import hashlib
import shutil
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from warehouse.connectors.files import Arrival, FileNotInInbox, copy_whole, list_inbox
from warehouse.contract.entities import ENTITIES
from warehouse.contract.lookups import fingerprint as lookups_fingerprint
from warehouse.contract.model import Contract
from warehouse.errors import FileHeld
from warehouse.ingest.layouts import layout_of, refused_codes
from warehouse.ingest.settle import Settled, settle
from warehouse.readers.faults import NameUnknown
from warehouse.readers.sandbox import read_in_sandbox
from warehouse.store import archive, erasures, ledger
from warehouse.store.accounts import account, preferred, rank
from warehouse.store.files import StoreBusy, only_one, write_parquet
from warehouse.store.home import Home
from warehouse.store.keys import Keys, load_keys, require_key
from warehouse.store.ledger import Record
from warehouse.store.locks import vault_in_use
from warehouse.store.sealed import seal_table


@dataclass(frozen=True)
class Outcome:
    """What became of one arrival, to its partner: `accepted`, `held`, or `repeat` of a content decided before."""

    partner: str
    file: str
    outcome: str
    record: Record


def remove_left_over(home: Home) -> None:
    """Remove the readable copies that killed runs left; one whose lock is held is in use."""
    for folder in home.scratch.glob("arrival-*"):
        with suppress(StoreBusy), only_one(home, folder.name, wait=False):
            shutil.rmtree(folder, ignore_errors=True)


def pending(home: Home, contract: Contract) -> list[Arrival]:
    """Return the arrivals that are undecided, or were decided by a contract that has changed since."""
    decided = {
        (d.file, d.size, d.modified_ns)
        for record in ledger.read_all(home)
        for d in record.deliveries
        if d.partner == contract.id and _is_decided(home, contract, record, d.file)
    }
    arrivals = list_inbox(home, contract)
    return [a for a in arrivals if (a.delivery.file, a.size, a.modified_ns) not in decided]


def restore_lost(home: Home) -> int:
    """Put back lost bronze of deliveries whose original bytes had to go; return of how many.

    Of all others the inbox is read again; the bytes of these still name somebody who was erased.
    """
    lost = [r for r in ledger.read_all(home) if r.redacted and archive.is_lost(home, r)]
    if not lost:
        return 0  # no key is needed then
    keys = load_keys()
    with vault_in_use(home):
        require_key(home, keys)
        return sum(archive.restore_rows(home, keys, record) for record in lost)


def find_arrival(home: Home, contract: Contract, name_or_token: str) -> Arrival:
    """Return the arrival of this name or token.

    Raises:
        FileNotInInbox: When there is none.
    """
    arrivals = list_inbox(home, contract)
    # Tokens first: a file may not take another's place by being named like its token.
    for arrival in [a for a in arrivals if a.token == name_or_token] or arrivals:
        if name_or_token in (arrival.token, arrival.path.name):
            return arrival
    where, action = f"inbox of {contract.id}", "put the file into the inbox, then run: sala ingest " + contract.id
    raise FileNotInInbox(where, "no such file", str(home.root / contract.inbox), action)


def ingest_file(home: Home, contract: Contract, arrival: Arrival, keys: Keys) -> Outcome:
    """Ingest one arrival and return its outcome; a held file is an outcome, not an error.

    Raises:
        TransientError: The file cannot be read now; try again.
        KeyOfAnotherHome: The home was made with another key.
        RotationUnfinished: The home is between two keys.
    """
    home.scratch.mkdir(parents=True, exist_ok=True, mode=0o700)
    with vault_in_use(home), only_one(home, f"arrival-{arrival.partner}-{arrival.token}"):
        require_key(home, keys)
        work = home.scratch / f"arrival-{arrival.partner}-{arrival.token}"
        shutil.rmtree(work, ignore_errors=True)  # left by a run that was killed
        work.mkdir(mode=0o700)
        try:
            copy = work / "received"
            delivery_id = copy_whole(arrival, copy)
            with only_one(home, f"content-{delivery_id}"):
                return _decide(home, contract, arrival, delivery_id, copy, keys)
        finally:
            shutil.rmtree(work, ignore_errors=True)


def _decide(home: Home, contract: Contract, arrival: Arrival, delivery_id: str, copy: Path, keys: Keys) -> Outcome:
    known = ledger.read(home, delivery_id)
    if known and _is_repeat(home, contract, known, arrival):
        ledger.write(home, _with_arrival(known, contract, arrival))
        return _outcome(contract, arrival, ledger.with_delivery(known, arrival.delivery), "repeat")
    record = _processed(home, contract, arrival, delivery_id, copy, keys)
    if known and known.redacted and (known.partner != contract.id or record.outcome == "held"):
        record = replace(record, redacted=True)  # what is not read now was seen to name an erased person before
    if known and known.partner != contract.id:
        record = _settled_between(home, known, record)
    if record.redacted:
        archive.keep_rows(home, keys, record)
    else:
        archive.keep_original(home, keys, contract.id, delivery_id, copy)
    for earlier in known.deliveries if known else ():
        record = ledger.with_delivery(record, earlier)
    record = _with_arrival(record, contract, arrival)
    ledger.write(home, record)
    return _outcome(contract, arrival, record, record.outcome)


def _settled_between(home: Home, known: Record, record: Record) -> Record:
    """Return which of two partners' records of one content stands; nothing stays of what the other's made."""
    stands, falls = (known, record) if preferred(known, record) is known else (record, known)
    _remove(home, falls.partner, falls.delivery_id, keep=None)
    judged = known.judged | {f"{falls.partner}/{falls.delivery.file}": falls.definition}
    return replace(stands, judged=judged, redacted=known.redacted or record.redacted)


def _with_arrival(record: Record, contract: Contract, arrival: Arrival) -> Record:
    """Return the record with one more arrival, which is thereby decided."""
    record = ledger.with_delivery(record, arrival.delivery)
    if record.partner == contract.id:
        return record
    judged = {f"{contract.id}/{arrival.shown}": definition(contract, arrival.shown)}
    return replace(record, judged=record.judged | judged)


def _outcome(contract: Contract, arrival: Arrival, record: Record, outcome: str) -> Outcome:
    """Return the outcome as it concerns the partner that delivered the file."""
    if record.partner != contract.id:
        outcome = "held"
    return Outcome(contract.id, arrival.shown, outcome, account(record, contract.id))


def _is_repeat(home: Home, contract: Contract, known: Record, arrival: Arrival) -> bool:
    """True when the content is decided and this arrival could not decide it otherwise."""
    own = known.partner == contract.id
    if known.outcome == "accepted":
        return _still_stands(home, contract, known) if own else known.partner < contract.id
    if contract.table_for(arrival.path.name) is not None:
        return False
    if own:
        return known.delivery.file != arrival.delivery.file
    return rank(known) < (True, True, contract.id)


def _is_decided(home: Home, contract: Contract, record: Record, file: str) -> bool:
    """True when the outcome of this file of the partner's can be no other, by the contract as it is now."""
    if record.partner == contract.id:
        return _still_stands(home, contract, record)
    return record.judged.get(f"{contract.id}/{file}") == definition(contract, file)


def _still_stands(home: Home, contract: Contract, record: Record) -> bool:
    """True when the record was decided by the contract as it is now and what it promises is there."""
    if record.definition != definition(contract, record.delivery.file):
        return False
    return record.outcome != "accepted" or home.bronze(record.entity or "", record.partner, record.delivery_id).exists()


def definition(contract: Contract, file_name: str) -> str:
    """Return the fingerprint of what decides a file's outcome: its table, the programmes, the code lists."""
    found = contract.table_for(file_name)
    decides = (found[0] if found else contract.tables, contract.programmes, lookups_fingerprint())
    return hashlib.sha256(repr(decides).encode()).hexdigest()[:16]


def _processed(home: Home, contract: Contract, arrival: Arrival, delivery_id: str, copy: Path, keys: Keys) -> Record:
    name = arrival.path.name
    found = contract.table_for(name)
    record = Record(
        delivery_id,
        arrival.delivery,
        "held",
        contract_version=contract.version,
        definition=definition(contract, name),
    )
    where = f"{contract.id}/{arrival.shown}"
    try:
        if found is None:
            expected = " or ".join(t.options.files for t in contract.tables)
            raise NameUnknown(
                "the file", "a name no table expects", expected, "rename the file, or extend the contract"
            )
        table, match = found
        slot, revision = table.slot_and_revision(match)
        record = replace(record, table=table.name, entity=table.entity, slot=slot, revision=revision)
        folder = copy.parent / "read"
        folder.mkdir()
        raw = read_in_sandbox(copy, table, folder)
        record = replace(record, notes=raw.notes, layout=layout_of(raw))
        groups = {k: v or "" for k, v in match.groupdict().items()}
        erased_among = partial(erasures.erased_among, home, keys)
        settled = settle(raw, table, contract, groups, delivery_id, keys, erased_among)
    except FileHeld as error:
        _remove(home, contract.id, delivery_id, keep=None)
        return replace(record, error=_placed(error, where))
    _remove(home, contract.id, delivery_id, keep=table.entity)
    _write(home, contract, table.entity, delivery_id, settled, keys)
    record = _with_rows(record, settled)
    return replace(record, error=_placed(settled.held, where)) if settled.held else replace(record, outcome="accepted")


def _with_rows(record: Record, settled: Settled) -> Record:
    """Return the record with what became of the file's rows."""
    return replace(
        record,
        counts=settled.counts,
        redacted=settled.names_erased,
        validations=tuple(settled.validations),
        dates=tuple(evidence.as_dict() for evidence in settled.dates),
        notes=(*record.notes, *(evidence.note for evidence in settled.dates if evidence.note)),
        layout=record.layout | {"refused_codes": refused_codes(settled.quarantine)},
    )


def _remove(home: Home, partner: str, delivery_id: str, keep: str | None) -> None:
    """Remove what an earlier decision made of the same bytes, so that no row stands in two entities."""
    for entity in ENTITIES:
        if entity != keep:
            home.bronze(entity, partner, delivery_id).unlink(missing_ok=True)
            home.quarantine(entity, partner, delivery_id).unlink(missing_ok=True)
    if keep is None:
        home.vault(partner, delivery_id).unlink(missing_ok=True)
        archive.remove_rows(home, partner, delivery_id)


def _placed(error: FileHeld, where: str) -> dict[str, str]:
    """Return the error with the file named."""
    inner = "" if error.where in ("the file", "the workbook") else f", {error.where.removeprefix('the file, ')}"
    return error.as_dict() | {"where": where + inner}


def _write(home: Home, contract: Contract, entity: str, delivery_id: str, settled: Settled, keys: Keys) -> None:
    if len(settled.vault):
        once = ("person_ref", "person_id", "police_id", "phone", "email")
        seal_table(home, keys, settled.vault, home.vault(contract.id, delivery_id), each_once=once)
    else:
        home.vault(contract.id, delivery_id).unlink(missing_ok=True)
    if len(settled.quarantine):
        write_parquet(home, home.quarantine(entity, contract.id, delivery_id), settled.quarantine)
    else:
        home.quarantine(entity, contract.id, delivery_id).unlink(missing_ok=True)
    if settled.held:
        home.bronze(entity, contract.id, delivery_id).unlink(missing_ok=True)
    else:
        path = home.bronze(entity, contract.id, delivery_id)
        write_parquet(home, path, settled.bronze, each_once=("row_id", "row_number"))
