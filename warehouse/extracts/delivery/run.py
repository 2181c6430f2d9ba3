"""Delivers what was issued and has no receipt yet, recipient by recipient; what fails at one does not stop the others.

Each kind of recipient is a module of its name with a function `send`; nothing else here knows how anything is sent.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from warehouse.connectors.connection import Connections
from warehouse.contract.agreement import Agreement, Recipient
from warehouse.contract.agreements import find_agreement, parse
from warehouse.errors import SalaError, TransientError
from warehouse.extracts.delivery import receipts
from warehouse.extracts.delivery.parcel import Parcel, parcel_of
from warehouse.extracts.delivery.receipts import Receipt
from warehouse.extracts.issues import Issue, all_issues
from warehouse.store.files import only_one
from warehouse.store.home import Home


@dataclass(frozen=True)
class Attempt:
    """One attempt of this run: its receipt, and the error it ended with."""

    receipt: Receipt
    error: SalaError | None


def deliver_issued(home: Home, funder: str, connections: Connections, now: datetime) -> list[Receipt]:
    """Deliver everything of a funder that was issued and has no receipt yet; return the receipts of this run.

    Raises:
        AgreementUnknown: There is no such funder.
        SalaError: When all was tried and something failed: what trying again may mend before what it cannot.
    """
    agreement = find_agreement(home.funders, funder)
    issues = [issue for issue in all_issues(home) if issue.manifest.funder == funder]
    done = deliver(home, agreement, issues, connections, now)
    if error := failure(done):
        raise error
    return [attempt.receipt for attempt in done]


def undelivered(home: Home, agreement: Agreement, issues: Iterable[Issue]) -> Iterator[tuple[Issue, Recipient]]:
    """Yield what still has to be sent to whom: of the issues that are issued, those without a receipt."""
    for issue in issues:
        if issue.state == "issued":
            for recipient in _recipients(agreement, issue):
                if not receipts.is_delivered(receipts.attempts(receipts.of_issue(home, issue), recipient)):
                    yield issue, recipient


def deliver(
    home: Home, agreement: Agreement, issues: Sequence[Issue], connections: Connections, now: datetime
) -> list[Attempt]:
    """Deliver what has no receipt yet and return every attempt, of failures as well.

    Args:
        home: Whose issues.
        agreement: Names the recipients.
        issues: Of this agreement; those that are not issued are passed over.
        connections: Gives a connection by its name; asked only for what is sent.
        now: The time the receipts bear.

    Raises:
        StoreBusy: Another process is delivering.
        ReceiptBroken: Nobody knows what was delivered.
    """
    done: list[Attempt] = []
    with only_one(home, f"deliver-{agreement.id}", wait=False):
        for issue, recipient in list(undelivered(home, agreement, issues)):
            error: SalaError | None = None
            try:
                send(home, parcel_of(agreement, issue), recipient, connections, now)
            except SalaError as raised:
                error = raised
            done.append(Attempt(receipts.write(home, receipts.of_issue(home, issue), recipient, now, error), error))
    return done


def send(home: Home, parcel: Parcel, recipient: Recipient, connections: Connections, now: datetime) -> None:
    """Send a parcel to a recipient, whether or not it was sent before.

    Raises:
        TransientError: Trying again may help.
        TerminalError: Somebody must change something first.
    """
    connection = connections(recipient.connection) if recipient.connection else None
    # Only the library of the transport that is used: together they take a second to import.
    transport = importlib.import_module(f"warehouse.extracts.delivery.{recipient.kind}")
    transport.send(home, parcel, recipient.to, connection, now)


def failure(done: Iterable[Attempt]) -> SalaError | None:
    """Return the error to raise for a run: what trying again may mend before what it cannot; None when all is well."""
    errors = [attempt.error for attempt in done if attempt.error]
    return next((error for error in errors if isinstance(error, TransientError)), errors[0] if errors else None)


def _recipients(agreement: Agreement, issue: Issue) -> tuple[Recipient, ...]:
    """Return the recipients by today's text of the version that the issue was made by."""
    number = issue.manifest.agreement_version
    texts = (agreement, parse(issue.agreement_text()))
    return next(terms.recipients for one in texts for terms in one.versions if terms.version == number)
