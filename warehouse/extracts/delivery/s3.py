"""A bucket of S3 or of a store that speaks like it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, NoCredentialsError, ParamValidationError, PartialCredentialsError
from s3fs import S3FileSystem

from warehouse.extracts.delivery.connection import Connection, required
from warehouse.extracts.delivery.faults import ServerUnknown, interrupted, is_loopback, refused
from warehouse.extracts.delivery.parcel import Parcel
from warehouse.extracts.delivery.upload import Place, upload
from warehouse.store.home import Home

SILENCE = 60  # seconds without an answer after which the connection counts as lost


def send(home: Home, parcel: Parcel, to: str, connection: Connection | None, now: datetime) -> None:
    """Deliver to a bucket and a prefix, `bucket/prefix`."""
    with opened(to, required(connection, "s3")) as place:
        upload(place, parcel)


@contextmanager
def opened(to: str, connection: Connection) -> Iterator[Place]:
    """Yield bucket and prefix; without a login the machine's own role signs in.

    Raises:
        ServerUnknown: It would be talked to in clear.
        DeliveryRefused: It refuses the sign-in or the bucket.
        DeliveryInterrupted: It does not answer, or no longer.
    """
    endpoint, shown = connection.option("endpoint_url"), f"s3://{to}"
    if endpoint.startswith("http://") and not is_loopback(urlsplit(endpoint).hostname or ""):
        raise ServerUnknown(shown, "an endpoint in clear", "https", "Write https into the connection's endpoint_url.")
    region = connection.option("region_name")
    try:
        files = S3FileSystem(
            key=connection.login or None,
            secret=connection.password or None,
            token=connection.option("aws_session_token") or None,
            endpoint_url=endpoint or None,
            client_kwargs={"region_name": region} if region else {},
            config_kwargs={"connect_timeout": SILENCE, "read_timeout": SILENCE},
            use_listings_cache=False,
            skip_instance_cache=True,  # else fsspec would keep the secret for the life of the process
        )
        yield Place(files, to, shown, objects=True)
    except (NoCredentialsError, PartialCredentialsError, ParamValidationError) as error:
        raise refused(shown, type(error).__name__) from None
    except (PermissionError, FileNotFoundError) as error:
        raise refused(shown, type(error).__name__, "Mend the connection, or the rights of the bucket.") from None
    except (BotoCoreError, OSError) as error:
        raise interrupted(shown, error) from None
