"""What a content's one record says to each partner that delivered it.

One partner's contract decides a content, and its rows count once. To every other partner that delivered the same
bytes they are held, whoever came first: two owners must settle whose file it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import ClassVar

from warehouse.errors import FileHeld
from warehouse.store.ledger import Record


class DeliveredByAnother(FileHeld):
    """The same bytes are accepted as another partner's."""

    code: ClassVar[str] = "SALA-F016"
    title: ClassVar[str] = "Another partner delivered this very file"


def accounts(records: Iterable[Record]) -> list[Record]:
    """Return each record once per partner that delivered its content, each with that partner's deliveries only."""
    return [account(r, partner) for r in records for partner in sorted({d.partner for d in r.deliveries})]


def account(record: Record, partner: str) -> Record:
    """Return the record as it concerns one of the partners that delivered its content."""
    if partner == record.partner:
        return replace(record, repeats=tuple(d for d in record.repeats if d.partner == partner))
    own = sorted((d for d in record.deliveries if d.partner == partner), key=lambda d: (d.file, d.modified_ns))
    error = _error(record, f"{partner}/{own[0].file}")
    return Record(record.delivery_id, own[0], "held", error=error, repeats=tuple(own[1:]))


def preferred(known: Record, other: Record) -> Record:
    """Return which of two partners' records of a content stands, whichever came first (law 2)."""
    return min(known, other, key=rank)


def rank(record: Record) -> tuple[bool, bool, str]:
    """Return the order of preference: accepted, then expected by its contract, then by the partner's id."""
    return record.outcome != "accepted", record.table is None, record.partner


def _error(record: Record, where: str) -> dict[str, str]:
    if record.outcome == "held":
        error = record.error or {}
        inner = error.get("where", "").removeprefix(f"{record.partner}/{record.delivery.file}")
        return error | {"where": where + inner}
    theirs = f"{record.partner}/{min(d.file for d in record.deliveries if d.partner == record.partner)}"
    return DeliveredByAnother(
        where,
        f"the bytes of {theirs}, which is accepted",
        "a file that no other partner delivered",
        f"tell both owners: {where} and {theirs} are one file; the one it is not from removes it",
    ).as_dict()
