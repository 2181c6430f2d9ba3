"""An SFTP server whose host key is pinned in the connection: without the key nothing is sent."""

from __future__ import annotations

from datetime import datetime

from warehouse.connectors.connection import Connection, required
from warehouse.connectors.sftp import signed_in
from warehouse.extracts.delivery.faults import VERDICTS
from warehouse.extracts.delivery.parcel import Parcel
from warehouse.extracts.delivery.upload import upload
from warehouse.store.home import Home


def send(home: Home, parcel: Parcel, to: str, connection: Connection | None, now: datetime) -> None:
    """Deliver to the folder `to` of the server."""
    with signed_in(to, required(connection, "a recipient of kind sftp"), VERDICTS) as place:
        upload(place, parcel)
