"""What the ledger and the contracts tell dbt, as Parquet: which deliveries count, who the partners are.

Which delivery supersedes which is decided here, from names, revisions and the files' own times; never from the order
in which they were ingested (law 2).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from warehouse.contract.entities import ENTITIES
from warehouse.contract.model import Contract
from warehouse.store import ledger
from warehouse.store.accounts import accounts
from warehouse.store.figures import ISSUED_FIGURES, RESTATED_FIGURES
from warehouse.store.files import write_parquet
from warehouse.store.home import Home
from warehouse.store.ledger import Record
from warehouse.store.schemas import IDENTITY_SUMMARY, INPUTS, QUARANTINE, bronze


def write_inputs(home: Home, contracts: Sequence[Contract]) -> None:
    """Write `build/inputs/*.parquet` and the zero-row files that make every source readable."""
    for entity in ENTITIES:
        write_parquet(home, home.bronze(entity, "_schema", "empty"), bronze(entity).empty_table())
        write_parquet(home, home.quarantine(entity, "_schema", "empty"), QUARANTINE.empty_table())
    for folder, schema in ((home.issued_figures, ISSUED_FIGURES), (home.restated_figures, RESTATED_FIGURES)):
        write_parquet(home, folder / "_schema.parquet", schema.empty_table())
    if not home.identity_summary.exists():
        write_parquet(home, home.identity_summary, IDENTITY_SUMMARY.empty_table())
    for name, table in _inputs(home, contracts).items():
        write_parquet(home, _input(home, name), table)


def inputs_changed(home: Home, contracts: Sequence[Contract]) -> bool:
    """Return whether ledger or contracts say anything else than when the inputs were written."""
    return any(not table.equals(pq.read_table(_input(home, n))) for n, table in _inputs(home, contracts).items())


def _inputs(home: Home, contracts: Sequence[Contract]) -> dict[str, pa.Table]:
    records = ledger.read_all(home)
    rows = {
        "deliveries": _deliveries_of(records, contracts),
        "validations": [
            {"delivery_id": r.delivery_id, "partner_id": r.partner, "entity": r.entity, **validation}
            for r in records
            for validation in r.validations
        ],
        "partners": [_partner(contract) for contract in contracts],
        "programmes": [_programme(c, p) for c in contracts for p in c.programmes],
        "module_crosswalk": [row for contract in contracts for row in _modules(contract)],
    }
    return {name: pa.Table.from_pylist(found, schema=INPUTS[name]) for name, found in rows.items()}


def active_deliveries(home: Home, contracts: Sequence[Contract]) -> list[tuple[str, str]]:
    """Return partner and delivery id of every delivery that counts: accepted and not superseded."""
    found = _deliveries_of(ledger.read_all(home), contracts)
    return sorted((row["partner_id"], row["delivery_id"]) for row in found if row["is_active"])


def _input(home: Home, name: str) -> Path:
    return home.inputs / f"{name}.parquet"


def _deliveries_of(records: Sequence[Record], contracts: Sequence[Contract]) -> list[dict[str, Any]]:
    return _deliveries(accounts(records), {c.id: c for c in contracts})


def _deliveries(records: Sequence[Record], contracts: dict[str, Contract]) -> list[dict[str, Any]]:
    placed = [(record, *_slot(record, contracts.get(record.partner))) for record in records]
    newest: dict[tuple[str, str], tuple[int, int, str]] = defaultdict(lambda: (0, 0, ""))
    for record, slot, revision in placed:
        if record.outcome == "accepted" and slot:
            rank = (revision, _earliest(record), record.delivery_id)
            newest[record.partner, slot] = max(newest[record.partner, slot], rank)
    return [_delivery(record, slot, revision, newest) for record, slot, revision in placed]


def _slot(record: Record, contract: Contract | None) -> tuple[str | None, int]:
    """Return what the delivery is "the same thing" as, and its revision; by the smallest of its names."""
    names = sorted(d.file for d in record.deliveries if d.partner == record.partner)
    places = [found[0].slot_and_revision(found[1]) for n in names if contract and (found := contract.table_for(n))]
    if not places:
        return record.slot, record.revision
    slot = places[0][0]
    return slot, max(revision for place, revision in places if place == slot)


def _earliest(record: Record) -> int:
    return min(d.modified_ns for d in record.deliveries)


def _delivery(
    record: Record, slot: str | None, revision: int, newest: dict[tuple[str, str], tuple[int, int, str]]
) -> dict[str, Any]:
    winner = newest[record.partner, slot][2] if record.outcome == "accepted" and slot else ""
    error = record.error or {}
    return {
        "delivery_id": record.delivery_id,
        "partner_id": record.partner,
        "table_name": record.table,
        "entity": record.entity,
        "slot": slot,
        "revision": revision,
        "file_names": " | ".join(sorted({d.file for d in record.deliveries})),
        "deliveries": len(record.deliveries),
        "delivered_at": dt.datetime.fromtimestamp(_earliest(record) // 10**9, dt.UTC),
        "outcome": record.outcome,
        "is_active": winner == record.delivery_id,
        "superseded_by": winner if winner not in ("", record.delivery_id) else None,
        "records_counted": record.counts.counted,
        "rows_read": record.counts.read,
        "rows_accepted": record.counts.accepted,
        "rows_quarantined": record.counts.quarantined,
        "rows_repeated": record.counts.repeated,
        "error_code": error.get("code"),
        "error_found": error.get("found"),
        "error_action": error.get("action"),
    }


def _partner(contract: Contract) -> dict[str, Any]:
    return {
        "partner_id": contract.id,
        "partner_name": contract.name,
        "contract_version": contract.version,
        "delivery_every_days": contract.delivery_every_days,
        "owner": contract.owner,
    }


def _programme(contract: Contract, programme: Any) -> dict[str, Any]:
    return {
        "programme_id": programme.id,
        "partner_id": contract.id,
        "programme_name": programme.name,
        "parent_programme_id": programme.parent,
        "funder": programme.funder,
    }


def _modules(contract: Contract) -> list[dict[str, Any]]:
    return [
        {"partner_id": contract.id, "table_name": table.name, "partner_module": raw, "module_id": code}
        for table in contract.tables
        for column in table.columns
        if column.name == "module_id"
        for code, raws in column.options.codes.items()
        for raw in raws
    ]
