"""The ledger: one JSON record per delivered content, written last, so it is the commit marker.

`ledger/<sha256>.json` holds the outcome and the numbers of law 1; a further delivery of the same bytes,
under any name, is added to its `repeats` and loads nothing. What a record says of arrival (names, times)
never decides a figure.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from typing import Any, ClassVar, Literal

from warehouse.errors import TerminalError
from warehouse.store.files import write_json
from warehouse.store.home import Home

Outcome = Literal["accepted", "held"]


class LedgerBroken(TerminalError):
    """A ledger record cannot be read."""

    code: ClassVar[str] = "SALA-S003"
    title: ClassVar[str] = "A ledger record cannot be read"


@dataclass(frozen=True)
class Delivery:
    """One arrival of a file: who, under which name, when (UTC, from the file), how large (bytes)."""

    partner: str
    file: str
    delivered_at: str
    modified_ns: int
    size: int


@dataclass(frozen=True)
class Counts:
    """The numbers of law 1: `read` = `accepted` + `quarantined` + `repeated` = `counted`.

    `counted` comes from an independent count of the file's records, in the same unit (a wide sheet's
    record is one person in one session). `set_aside` are titles, headers, subtotals and signatures.
    """

    counted: int = 0
    read: int = 0
    accepted: int = 0
    quarantined: int = 0
    repeated: int = 0
    set_aside: int = 0


@dataclass(frozen=True)
class Record:
    """The outcome of one delivered content."""

    delivery_id: str
    delivery: Delivery
    outcome: Outcome
    table: str | None = None
    entity: str | None = None
    slot: str | None = None
    revision: int = 1
    counts: Counts = Counts()
    error: dict[str, str] | None = None
    notes: tuple[str, ...] = ()
    validations: tuple[dict[str, Any], ...] = ()
    dates: tuple[dict[str, Any], ...] = ()  # how each date column was read, see ingest/date_evidence.py
    contract_version: str = ""
    definition: str = ""  # fingerprint of what decided the outcome: the contract's table and the code lists
    redacted: bool = False  # somebody in it was erased: the original bytes are gone, its other rows are kept
    repeats: tuple[Delivery, ...] = field(default=())
    layout: dict[str, Any] = field(default_factory=dict)  # headers and kinds of cells, see ingest/layouts.py
    # "partner/file" of other partners' arrivals → fingerprint of the contract by which they did not decide it
    judged: dict[str, str] = field(default_factory=dict)

    @property
    def partner(self) -> str:
        """The partner whose contract decided the outcome."""
        return self.delivery.partner

    @property
    def deliveries(self) -> tuple[Delivery, ...]:
        """All arrivals of these bytes."""
        return (self.delivery, *self.repeats)

    def as_dict(self) -> dict[str, Any]:
        """Return the record as it is stored."""
        document = asdict(self)
        counts = document.pop("counts")
        document["records_counted"] = counts.pop("counted")
        document |= {f"rows_{name}": number for name, number in counts.items()}
        for repeat in document["repeats"]:
            repeat |= {"rows_read": self.counts.read, "rows_accepted": 0, "rows_quarantined": 0}
            repeat["rows_repeated"] = self.counts.read
        return document

    @classmethod
    def from_dict(cls, document: dict[str, Any]) -> Record:
        """Return the record of a stored document."""
        numbers = {n: document.pop(f"rows_{n}") for n in ("read", "accepted", "quarantined", "repeated", "set_aside")}
        counts = Counts(counted=document.pop("records_counted"), **numbers)
        repeats = tuple(Delivery(**{k: r[k] for k in Delivery.__dataclass_fields__}) for r in document.pop("repeats"))
        delivery = Delivery(**document.pop("delivery"))
        document |= {name: tuple(document.get(name, ())) for name in ("notes", "validations", "dates")}
        return cls(delivery=delivery, counts=counts, repeats=repeats, **document)


def read(home: Home, delivery_id: str) -> Record | None:
    """Return the record of a delivered content, or None when it was never decided.

    Raises:
        LedgerBroken: When the record is not one.
    """
    path = home.ledger / f"{delivery_id}.json"
    try:
        return Record.from_dict(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        action = "remove it: the file is then read again from the inbox"
        raise LedgerBroken(str(path), type(error).__name__, "a ledger record", action) from None


def read_all(home: Home) -> list[Record]:
    """Return all records, ordered by delivery id."""
    return list(_records(home))


def _records(home: Home) -> Iterator[Record]:
    for path in sorted(home.ledger.glob("*.json")):
        if record := read(home, path.stem):
            yield record


def write(home: Home, record: Record) -> None:
    """Write a record whole; from here on the delivery is decided."""
    write_json(home, home.ledger / f"{record.delivery_id}.json", record.as_dict())


def with_delivery(record: Record, delivery: Delivery) -> Record:
    """Return the record with one more arrival; one it knows already changes nothing."""
    if delivery in record.deliveries:
        return record
    return replace(record, repeats=(*record.repeats, delivery))
