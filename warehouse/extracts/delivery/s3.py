"""A bucket of S3 or of a store that speaks like it."""

from __future__ import annotations

from datetime import datetime

from warehouse.connectors.connection import Connection, required
from warehouse.connectors.s3 import signed_in
from warehouse.extracts.delivery.faults import VERDICTS
from warehouse.extracts.delivery.parcel import Parcel
from warehouse.extracts.delivery.upload import upload
from warehouse.store.home import Home


def send(home: Home, parcel: Parcel, to: str, connection: Connection | None, now: datetime) -> None:
    """Deliver to a bucket and a prefix, `bucket/prefix`."""
    with signed_in(to, required(connection, "a recipient of kind s3"), VERDICTS) as place:
        upload(place, parcel)
