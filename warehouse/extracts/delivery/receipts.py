"""What became of each attempt to deliver: a file each, written last, never a second time.

    extracts/_receipts/<funder>/<period>/<issue>-<recipient>-<attempt>.json
    returns/_receipts/<partner>/<pack>-<recipient>-<attempt>.json

It says who, where, when, the SHA-256 of each file, and what went wrong; neither host nor secret. A recipient is known
by kind, connection and place as the agreement names them: another server behind the same connection is the same one.
"""

from __future__ import annotations

import glob
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from warehouse.contract.agreement import Recipient
from warehouse.errors import SalaError
from warehouse.extracts.delivery.faults import ReceiptBroken
from warehouse.extracts.issues import Issue
from warehouse.store.files import write_json
from warehouse.store.home import Home


@dataclass(frozen=True)
class Receipt:
    """What became of one attempt.

    Attributes:
        issue: What was sent, such as `canada-iom/FY2013-Q3/1`.
        attempt: 1, 2, 3 … of this to this recipient.
        at: When it ended, UTC.
        files: SHA-256 of each file, by name.
        error: What went wrong; None when it was delivered.
    """

    issue: str
    kind: str
    connection: str | None
    to: str
    attempt: int
    at: str
    outcome: Literal["delivered", "failed"]
    files: Mapping[str, str]
    error: Mapping[str, str] | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the fields as they are stored."""
        return asdict(self)


@dataclass(frozen=True)
class Sending:
    """What is to be sent: what it is called, where its receipts lie, and the SHA-256 of each file by name."""

    id: str
    place: Path
    files: Mapping[str, str]


def of_issue(home: Home, issue: Issue) -> Sending:
    """Return an issue as something to be sent."""
    manifest = issue.manifest
    place = home.receipts / manifest.funder / manifest.period / f"{manifest.issue:03d}"
    return Sending(issue.id, place, dict(manifest.files))


def attempts(sending: Sending, recipient: Recipient) -> list[Receipt]:
    """Return the receipts of what was sent to a recipient, the first attempt first.

    Raises:
        ReceiptBroken: One cannot be read.
    """
    first = _path(sending, recipient, 1)
    found = [_read(path) for path in first.parent.glob(glob.escape(first.name).replace("-001.", "-*."))]
    return sorted(found, key=lambda receipt: receipt.attempt)


def is_delivered(receipts: list[Receipt]) -> bool:
    """Return whether one of the attempts succeeded."""
    return any(receipt.outcome == "delivered" for receipt in receipts)


def write(home: Home, sending: Sending, recipient: Recipient, now: datetime, error: SalaError | None) -> Receipt:
    """Write the receipt of an attempt that has ended, and return it."""
    receipt = Receipt(
        issue=sending.id,
        kind=recipient.kind,
        connection=recipient.connection,
        to=recipient.to,
        attempt=len(attempts(sending, recipient)) + 1,
        at=now.isoformat(timespec="seconds"),
        outcome="failed" if error else "delivered",
        files=dict(sending.files),
        error=error.as_dict() if error else None,
    )
    write_json(home, _path(sending, recipient, receipt.attempt), receipt.as_dict())
    return receipt


def _path(sending: Sending, recipient: Recipient, attempt: int) -> Path:
    named = json.dumps([recipient.kind, recipient.connection, recipient.to])
    who = f"{recipient.kind}-{hashlib.sha256(named.encode()).hexdigest()[:12]}"
    return sending.place.with_name(f"{sending.place.name}-{who}-{attempt:03d}.json")


def _read(path: Path) -> Receipt:
    try:
        return Receipt(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        action = "Restore it from a backup. Removing it delivers the issue again."
        raise ReceiptBroken(str(path), type(error).__name__, "a receipt", action) from None
