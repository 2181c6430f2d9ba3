"""Writes the packs of a partner's deliveries: one for each with something to mend, or that corrects one that had.

    returns/<partner>/<sha256>/<file>.xlsx     what the partner gets back
    returns/<partner>/<sha256>/summary.json    what it says, without any value; written last

A pack that says what it would say again stays; one whose delivery has nothing to mend any more, or names somebody
who was erased, goes. So it may be run twice, or killed and run again.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from warehouse.contract.model import Contract, Table
from warehouse.errors import FileHeld
from warehouse.ingest.intake import definition
from warehouse.ingest.messages import CATALOGUE
from warehouse.readers.child import Stopped, run_in_child
from warehouse.returns.comparison import earlier_of
from warehouse.returns.composition import compose, letter
from warehouse.returns.contents import Contents
from warehouse.returns.drawing import DRAWN, WORKBOOK, draw
from warehouse.returns.examination import original
from warehouse.returns.faults import PackNotMade
from warehouse.returns.fixes import NOTHING_TO_MEND
from warehouse.store import ledger
from warehouse.store.accounts import accounts
from warehouse.store.files import only_one, whole_file, write_json
from warehouse.store.home import Home
from warehouse.store.keys import Keys, require_key
from warehouse.store.ledger import Record
from warehouse.store.locks import vault_in_use
from warehouse.store.sealed import SealBroken

SUMMARY = "summary.json"
FORM = 3  # of a pack; another number makes every pack anew
_KINDS = frozenset({"own", "made", "refused", "letter"})
_LONGEST_NAME = 250  # bytes; a file system takes no more than 255, and a server gets it as `….part` first
_UNFIT = re.compile(r"[\x00-\x1f\x7f-\x9f/\\<>:\"|?*‹›]+")  # what no file may be called on somebody's machine


@dataclass(frozen=True)
class Written:
    """What became of one delivery's pack.

    Attributes:
        outcome: `written`, `kept` as it was, or `failed`.
        folder: Where it lies.
        summary: What it says; of one that failed, partner, file and delivery only.
        error: Why there is none.
    """

    outcome: str
    folder: Path
    summary: dict[str, Any]
    error: dict[str, str] | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return it for a report."""
        return {"pack": self.outcome, "folder": str(self.folder), **self.summary, "error": self.error}


def write_packs(
    home: Home, contracts: Sequence[Contract], keys: Keys, on_pack: Callable[[Written], None] = lambda _: None
) -> list[Written]:
    """Write the packs of these partners that are missing or say something else now; return all that there are.

    Args:
        home: Whose deliveries.
        contracts: Whose packs.
        keys: Open the archive.
        on_pack: Told of each.

    Raises:
        VaultBusy: The vault is being changed as a whole; try again.
        KeyOfAnotherHome: The home was made with another key.
    """
    done: list[Written] = []
    records = accounts(ledger.read_all(home))
    for contract in contracts:
        own = sorted((r for r in records if r.partner == contract.id), key=lambda r: (r.delivery.file, r.delivery_id))
        due = [(record, earlier_of(record, own)) for record in own]
        due = [(record, earlier) for record, earlier in due if _is_due(home, record, earlier)]
        _remove_others(home, contract.id, {record.delivery_id for record, _ in due})
        for record, earlier in due:
            if _is_decided(contract, record):
                done.append(_pack(home, contract, keys, record, earlier))
                on_pack(done[-1])
    return done


def _is_due(home: Home, record: Record, earlier: Record | None) -> bool:
    """Return whether a delivery gets a pack; of one that was redacted the original bytes are gone."""
    return not record.redacted and any(_asks_something(home, one) for one in (record, earlier) if one)


def _asks_something(home: Home, record: Record) -> bool:
    """Return whether somebody has something to mend: a file that is held, or a row refused as nobody foresaw."""
    path = home.quarantine(record.entity or "", record.partner, record.delivery_id)
    if record.outcome == "held" or not record.counts.quarantined or not path.exists():
        return record.outcome == "held"
    rules = pq.ParquetFile(path).read(columns=["rule"]).column("rule").unique().to_pylist()
    return not NOTHING_TO_MEND.issuperset(rules)


def _is_decided(contract: Contract, record: Record) -> bool:
    """Return whether a delivery's outcome is by the contract as it is now; else the next ingest decides it first."""
    return not record.definition or record.definition == definition(contract, record.delivery.file)


def _remove_others(home: Home, partner: str, due: set[str]) -> None:
    folder = home.return_pack(partner, "")
    for pack in folder.iterdir() if folder.is_dir() else ():
        if pack.name not in due:
            shutil.rmtree(pack)


def _pack(home: Home, contract: Contract, keys: Keys, record: Record, earlier: Record | None) -> Written:
    folder = home.return_pack(contract.id, record.delivery_id)
    made_from = _made_from(record, earlier)
    if (summary := read_summary(folder)) and summary["made_from"] == made_from:
        return Written("kept", folder, summary)
    about = {"partner": contract.id, "delivery_id": record.delivery_id, "file": record.delivery.file}
    try:
        with vault_in_use(home), _scratch(home, record) as work:
            require_key(home, keys)
            summary = _write(home, contract, keys, (record, earlier), work) | {"made_from": made_from}
    except (FileHeld, PackNotMade, SealBroken) as error:
        return Written("failed", folder, about, error.as_dict())
    write_json(home, folder / SUMMARY, summary)
    return Written("written", folder, summary)


def read_summary(folder: Path) -> dict[str, Any] | None:
    """Return what a pack says, or None where there is no whole one."""
    try:
        summary = json.loads((folder / SUMMARY).read_text(encoding="utf-8"))
        return summary if (folder / summary["workbook"]).is_file() and summary["made_from"] else None
    except (OSError, ValueError, LookupError, TypeError):
        return None


def _made_from(record: Record, earlier: Record | None) -> str:
    """Return the fingerprint of all that a pack depends on."""
    said = [
        [r.delivery_id, r.definition, r.redacted, vars(r.counts), r.error, r.delivery.file]
        for r in (record, earlier)
        if r
    ]
    return hashlib.sha256(json.dumps([FORM, CATALOGUE, said]).encode()).hexdigest()[:16]


@contextmanager
def _scratch(home: Home, record: Record) -> Iterator[Path]:
    """Yield a folder of our own for readable copies; ingest removes those that killed runs left (`arrival-…`)."""
    work = home.scratch / f"arrival-return-{record.delivery_id}"
    with only_one(home, work.name):
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(parents=True, mode=0o700)
        try:
            yield work
        finally:
            shutil.rmtree(work, ignore_errors=True)


def _write(
    home: Home, contract: Contract, keys: Keys, records: tuple[Record, Record | None], work: Path
) -> dict[str, Any]:
    """Write a delivery's workbook, and return what it says."""
    record, _ = records
    found = contract.table_for(record.delivery.file)
    if found is None or not record.counts.read:
        return _drawn(home, letter(contract, record), None, None, work)
    with original(home, keys, record, work) as received:
        contents = compose(home, contract, found[0], keys, records, received)
        return _drawn(home, contents, None if contents.is_letter else received, found[0], work)


def _drawn(home: Home, contents: Contents, received: Path | None, table: Table | None, work: Path) -> dict[str, Any]:
    """Let the child draw a pack and put the workbook in its place; a second time in small where it met a limit.

    Raises:
        PackNotMade: It could not be drawn.
    """
    stopped = ""
    for small in (False, True):
        folder = work / f"drawn-{small}"
        folder.mkdir()
        try:
            run_in_child(draw, (received, table, contents, small), [received] if received else [], folder)
            kind = json.loads((folder / DRAWN).read_bytes()[:1000])["kind"]
        except (Stopped, OSError, ValueError, LookupError, TypeError) as error:
            stopped = str(error) if isinstance(error, Stopped) else type(error).__name__
            continue
        workbook = _name(contents.file)
        home.returns.mkdir(parents=True, exist_ok=True, mode=0o700)
        target = home.return_pack(contents.partner, contents.delivery_id) / workbook
        with whole_file(home, target, private=True) as scratch:
            shutil.copyfile(folder / WORKBOOK, scratch)
        return contents.as_dict() | {"workbook": workbook, "kind": kind if kind in _KINDS else "own"}
    action = "Tell the partner by hand what `sala status` says; keep the file for whoever maintains Sala."
    raise PackNotMade(f"{contents.partner}/{contents.file}", stopped, "a workbook within the limits", action)


def _name(file: str) -> str:
    """Return the workbook's name: the file's own, with an ending of ours where that is no XLSX.

    By it a mended pack is known to be that file again: the less of a name is changed the better.
    """
    name = _UNFIT.sub("-", file)
    name = (name if name == file.strip(". ") else name.strip("-. ")) or "file"
    ending = "" if name.lower().endswith(".xlsx") else ".xlsx"
    if len(f"{name}{ending}".encode()) > _LONGEST_NAME:
        name, ending = name.encode()[: _LONGEST_NAME - len(".xlsx")].decode(errors="ignore"), ".xlsx"
    return f"{name}{ending}"
