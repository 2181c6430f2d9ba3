"""Shows what would become of files by a contract, before anything is loaded: in a home that is removed again.

It is the real ingest that decides, with a key nobody keeps; nothing of the partner's own home is read or written.
"""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from pyrage import x25519

from warehouse.contract import Contract, load_contracts
from warehouse.contract.loading import CONTRACT_FILE
from warehouse.drafting.faults import FileMissing
from warehouse.ingest import intake
from warehouse.ingest.drift import drifts
from warehouse.store import ledger
from warehouse.store.home import Home
from warehouse.store.keys import Keys

_DAY = 86_400  # seconds; a file of that age is not taken for one still growing
OnFile = Callable[[str, int, int], None]


def try_contract(
    home: Home, folder: Path, files: Sequence[Path], on_file: OnFile | None = None
) -> list[dict[str, Any]]:
    """Return what would become of each file, delivered in the order given.

    Args:
        home: The home whose project and code lists hold.
        folder: The partner's folder, with its contract.
        files: Files as the partner sends them; one name that comes twice is one file.
        on_file: Called with each name, how many are done and how many there are.

    Raises:
        ContractsInvalid: The contract holds mistakes; all are listed.
        FileMissing: A file is not there.
    """
    for file in files:
        if not file.is_file():
            raise FileMissing(str(file), "nothing", "a file as the partner sends it", "name a file that is there")
    with tempfile.TemporaryDirectory(prefix="sala-try-") as scratch:
        contracts = Path(scratch) / "partners"
        (contracts / folder.resolve().name).mkdir(parents=True)
        if (folder / CONTRACT_FILE).is_file():
            shutil.copy2(folder / CONTRACT_FILE, contracts / folder.resolve().name / CONTRACT_FILE)
        (contract,) = load_contracts(contracts)
        trial = replace(home, root=Path(scratch) / "home", contracts=contracts)
        return _ingested(trial, contract, files, on_file or (lambda *_: None))


def _ingested(home: Home, contract: Contract, files: Sequence[Path], on_file: OnFile) -> list[dict[str, Any]]:
    inbox, keys = home.root / contract.inbox, Keys(x25519.Identity.generate(), secrets.token_bytes(32))
    inbox.mkdir(parents=True, mode=0o700)
    begun, outcomes = time.time() - _DAY, []
    for place, file in enumerate(files):
        copy = inbox / file.name
        shutil.copyfile(file, copy)
        os.utime(copy, (begun + place, begun + place))
        outcomes.append(intake.ingest_file(home, contract, intake.find_arrival(home, contract, file.name), keys))
        on_file(file.name, place + 1, len(files))
    changed = drifts(ledger.read_all(home), [contract])
    return [_report(home, contract, outcome, changed) for outcome in outcomes]


def _report(home: Home, contract: Contract, outcome: intake.Outcome, changed: dict[str, Any]) -> dict[str, Any]:
    record = outcome.record
    return {
        "file": outcome.file,
        "outcome": outcome.outcome,
        "table": record.table,
        "rows_read": record.counts.read,
        "rows_accepted": record.counts.accepted,
        "rows_refused": record.counts.quarantined,
        "rows_repeated": record.counts.repeated,
        "rows_set_aside": record.counts.set_aside,
        "error": record.error,
        "refusals": _refusals(home, contract, record),
        "warnings": [v for v in record.validations if v["severity"] == "warning" and v["rows_failed"]],
        "dates": list(record.dates),
        "notes": list(record.notes),
        "drift": [change.as_dict() for change in changed.get(record.delivery_id, [])],
    }


def _refusals(home: Home, contract: Contract, record: ledger.Record) -> list[dict[str, Any]]:
    """Return the refused rows by rule and column, the most first; a row that two rules refuse stands in both."""
    path = home.quarantine(record.entity or "", contract.id, record.delivery_id)
    if not record.entity or not path.exists():
        return []
    groups: dict[tuple[str, str | None, str, str], list[tuple[str, int]]] = {}
    for row in pq.ParquetFile(path).read().to_pylist():
        group = groups.setdefault((row["code"], row["header"], row["rule"], row["message"]), [])
        place = (row["sheet"] or "", row["row_number"])
        group += [place] if place not in group[-1:] else []
    ordered = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0][0], item[0][1] or ""))
    return [
        {"code": code, "rule": rule, "header": header, "rows": len(rows), "places": _places(rows), "message": message}
        for (code, header, rule, message), rows in ordered
    ]


def _places(rows: Sequence[tuple[str, int]]) -> list[dict[str, Any]]:
    """Return the row numbers, sheet by sheet."""
    sheets: dict[str, list[int]] = {}
    for sheet, number in sorted(rows):
        sheets.setdefault(sheet, []).append(number)
    return [{"sheet": sheet, "rows": numbers} for sheet, numbers in sheets.items()]
