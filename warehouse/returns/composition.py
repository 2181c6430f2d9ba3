"""Puts together what a pack says: from the ledger, from quarantine, and from the file read once more."""

from __future__ import annotations

from pathlib import Path

from warehouse.contract.model import Contract, Table
from warehouse.errors import FileHeld
from warehouse.ingest.messages import Wording, fault
from warehouse.ingest.validate import FORESEEN
from warehouse.readers.faults import NameUnknown, SheetUnknown
from warehouse.returns.comparison import compare
from warehouse.returns.contents import Contents, Reason, Since
from warehouse.returns.examination import Examined, Refused, examine, original, refusals_of
from warehouse.returns.fixes import WAITING, fixes_of
from warehouse.returns.totals import totals_of
from warehouse.store.home import Home
from warehouse.store.keys import Keys
from warehouse.store.ledger import Counts, Record


def letter(contract: Contract, record: Record) -> Contents:
    """Return what is said of a file of which no row was read: the one reason."""
    return Contents(
        record.partner,
        record.delivery_id,
        record.delivery.file,
        record.outcome,
        reason=_reason(contract, record),
        notes=record.notes,
    )


def compose(
    home: Home, contract: Contract, table: Table, keys: Keys, records: tuple[Record, Record | None], received: Path
) -> Contents:
    """Return what is said of a file that was read.

    Args:
        home: Whose delivery.
        contract: The partner's.
        table: By which it was decided.
        keys: Open the archive and make the pseudonyms.
        records: Of the delivery, and of the one that it corrects, if it corrects one.
        received: The delivered bytes, in a folder of our own.

    Raises:
        FileHeld: They cannot be read any more.
    """
    record, earlier = records
    examined, refusals = examine(contract, table, record, received, keys), refusals_of(home, record)
    fixes, texts = fixes_of(examined, refusals)
    return Contents(
        record.partner,
        record.delivery_id,
        record.delivery.file,
        record.outcome,
        rows=_numbers(record.counts),
        reason=_reason(contract, record),
        waiting=len({refused.row_id for refused in refusals if refused.rule == WAITING}),
        foreseen=len({refused.row_id for refused in refusals if refused.rule in FORESEEN}),
        fixes=fixes,
        texts=texts,
        totals=totals_of(examined, refusals),
        since=_since(home, contract, keys, earlier, (examined, refusals), received.parent) if earlier else None,
        notes=record.notes,
    )


def _numbers(counts: Counts) -> dict[str, int]:
    """Return the numbers of law 1 as a partner reads them."""
    return {
        "received": counts.read,
        "accepted": counts.accepted,
        "refused": counts.quarantined,
        "repeated": counts.repeated,
        "set_aside": counts.set_aside,
    }


def _reason(contract: Contract, record: Record) -> Reason | None:
    """Return why a file is held; what another partner's contract or file says of it is not told."""
    if record.outcome != "held" or not record.error:
        return None
    is_own = bool(record.definition)
    error = record.error if is_own else record.error | {"found": "", "expected": ""}
    expected = _expected(contract, error["code"]) if is_own else ""
    expected = expected or error["expected"]
    action, khmer = fault(error["code"], error["found"], expected)
    return Reason(error["code"], Wording(error["title"], action), khmer, error["found"], expected)


def _expected(contract: Contract, code: str) -> str:
    """Return in words what the keeper is told as a pattern: the names of files, by examples, and of sheets."""
    if code == SheetUnknown.code:
        return "sheets named as in your earlier files"
    if code != NameUnknown.code:
        return ""
    samples = sorted(path.name for path in (contract.folder / "sample" / "received").glob("*"))
    fitting = (next(filter(table.match, samples), None) for table in contract.tables)
    names = ", ".join(f"'{name}'" for name in fitting if name)
    return f"a name such as {names}" if names else "a name as those of your earlier files"


def _since(
    home: Home, contract: Contract, keys: Keys, earlier: Record, now: tuple[Examined, list[Refused]], work: Path
) -> Since:
    """Return what changed since the earlier delivery; where its bytes are gone, that they are."""
    if not earlier.counts.read:
        return Since(earlier.delivery_id, earlier.delivery.file, held=(earlier.error or {}).get("code"))
    found, refused = contract.table_for(earlier.delivery.file), refusals_of(home, earlier)
    if not refused:
        return compare(earlier, None, [], *now)
    unknown = Since(earlier.delivery_id, earlier.delivery.file, comparable=False)
    if earlier.redacted or found is None:
        return unknown
    try:
        with original(home, keys, earlier, work) as received:
            before = examine(contract, found[0], earlier, received, keys)
    except FileHeld:  # its contract changed, and it is not decided anew yet
        return unknown
    return compare(earlier, before, refused, *now)
