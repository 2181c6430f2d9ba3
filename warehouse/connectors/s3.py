"""A bucket of S3 or of a store that speaks like it."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, NoCredentialsError, ParamValidationError, PartialCredentialsError
from s3fs import S3FileSystem

from warehouse.connectors.connection import Connection
from warehouse.connectors.faults import FETCHING, ServerUnknown, is_loopback
from warehouse.connectors.place import Place, Verdicts
from warehouse.connectors.remote import Files, Listed, Visit

SILENCE = 60.0  # seconds without an answer after which the connection counts as lost


@contextmanager
def opened(visit: Visit) -> Iterator[Files]:
    """Yield bucket and prefix of a source."""
    address = urlsplit(visit.source.location)
    with signed_in(f"{address.netloc}{address.path}", visit.required(), FETCHING, visit.pace.silence) as place:
        yield _Objects(place, visit)


class _Objects(Files):
    """Objects, whose checksum the store may know."""

    def announced(self, listed: Listed) -> dict[str, str]:
        bucket, key, _ = self.place.files.split_path(listed.path)
        head: dict[str, Any] = self.place.files.call_s3("head_object", Bucket=bucket, Key=key, ChecksumMode="ENABLED")
        known: dict[str, str] = {}
        tag = str(head.get("ETag", "")).strip('"')
        if "-" in tag:  # put there in several parts: what the store has is a checksum of their checksums
            return known
        if digest := head.get("ChecksumSHA256"):
            known["sha256"] = base64.b64decode(digest).hex()
        # The tag of an object that is sealed with a key of the store is no checksum of its bytes either.
        if re.fullmatch(r"[0-9a-f]{32}", tag) and head.get("ServerSideEncryption", "AES256") == "AES256":
            known["md5"] = tag
        return known

    def is_empty(self) -> bool:
        """Return whether the bucket is there: then it merely holds nothing under the prefix."""
        return bool(self.place.files.exists(self.place.root.partition("/")[0]))


@contextmanager
def signed_in(to: str, connection: Connection, verdicts: Verdicts, silence: float = SILENCE) -> Iterator[Place]:
    """Yield bucket and prefix, `bucket/prefix`; without a login the machine's own role signs in.

    Raises:
        ServerUnknown: It would be talked to in clear.
        SalaError: One of the verdicts: it refuses the sign-in or the bucket, or does not answer, or no longer.
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
            config_kwargs={"connect_timeout": silence, "read_timeout": silence},
            use_listings_cache=False,
            skip_instance_cache=True,  # else fsspec would keep the secret for the life of the process
        )
        yield Place(files, to, shown, objects=True)
    except (NoCredentialsError, PartialCredentialsError, ParamValidationError) as error:
        raise verdicts.refused(shown, type(error).__name__) from None
    except (PermissionError, FileNotFoundError) as error:
        action = "Mend the connection, or the rights of the bucket."
        raise verdicts.refused(shown, type(error).__name__, action) from None
    except (BotoCoreError, OSError) as error:
        raise verdicts.interrupted(shown, error) from None
