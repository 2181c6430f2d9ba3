"""Delivers packs to the place that the partner's contract names, each once: what has a receipt is not sent again."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import PurePath

from warehouse.connectors.connection import Connections
from warehouse.contract.agreement import Recipient
from warehouse.contract.model import Contract
from warehouse.errors import SalaError
from warehouse.extracts.delivery import Attempt, receipts
from warehouse.extracts.delivery.parcel import Parcel
from warehouse.extracts.delivery.receipts import Sending
from warehouse.extracts.delivery.run import send
from warehouse.returns.run import Written
from warehouse.store.files import only_one
from warehouse.store.home import PACK_NAMED, Home

_LONGEST_STEM = 180  # bytes; with what follows a file system takes no more than 255


def deliver_packs(
    home: Home, contract: Contract, packs: Sequence[Written], connections: Connections, now: datetime
) -> list[Attempt]:
    """Deliver a partner's packs that have no receipt yet; return every attempt, of failures as well.

    A pack whose delivery was corrected since stays: the partner has done what it asks.

    Args:
        home: Whose packs.
        contract: Names the place; without one nothing is delivered.
        packs: Of this partner; those of others and those that could not be made are passed over.
        connections: Gives a connection by its name.
        now: The time the receipts bear.

    Raises:
        ReceiptBroken: Nobody knows what was delivered.
    """
    if contract.returns is None:
        return []
    to = contract.returns
    recipient = Recipient(
        kind="email" if to.email else "folder", connection=to.connection, to=to.email or to.folder or ""
    )
    corrected = {pack.summary["since"]["delivery_id"] for pack in packs if pack.summary.get("since")}
    done: list[Attempt] = []
    with only_one(home, f"deliver-returns-{contract.id}"):
        for pack in packs:
            own = pack.summary["partner"] == contract.id and pack.outcome != "failed"
            if not own or pack.summary["delivery_id"] in corrected:
                continue
            parcel = _parcel(contract, pack)
            sending = Sending(parcel.issue, home.return_receipts / parcel.place, parcel.files)
            if not receipts.is_delivered(receipts.attempts(sending, recipient)):
                error: SalaError | None = None
                try:
                    send(home, parcel, recipient, connections, now)
                except SalaError as raised:
                    error = raised
                done.append(Attempt(receipts.write(home, sending, recipient, now, error), error))
    return done


def _parcel(contract: Contract, pack: Written) -> Parcel:
    """Return what is sent of a pack: the workbook alone, below a name that no other version of it has."""
    workbook, delivery = pack.summary["workbook"], pack.summary["delivery_id"]
    content = (pack.folder / workbook).read_bytes()
    stem = PurePath(workbook).stem.encode()[:_LONGEST_STEM].decode(errors="ignore")
    name = f"{stem}-{delivery[:PACK_NAMED]}-{pack.summary['made_from'][:8]}"
    return Parcel(
        issue=f"returns/{contract.id}/{name}",
        place=f"{contract.id}/{name}",
        title=f"{contract.name}: {pack.summary['file']}",
        folder=pack.folder,
        files={workbook: hashlib.sha256(content).hexdigest()},
    )
