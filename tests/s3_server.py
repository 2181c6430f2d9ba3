"""A real S3-compatible server on loopback, and a bucket in it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from warehouse.connectors.connection import Connection

LOGIN = "sala-key"
SECRET = "CANARY-secret"


@contextmanager
def running() -> Iterator[str]:
    """Serve on a free port; the server's address."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@contextmanager
def bucket(endpoint: str, name: str) -> Iterator[Any]:
    """Make a bucket, and remove it; nothing of the environment of the person who runs the test speaks to it."""
    with pytest.MonkeyPatch.context() as environment:
        for variable in [one for one in os.environ if one.startswith("AWS_")]:
            environment.delenv(variable)
        environment.setenv("AWS_EC2_METADATA_DISABLED", "true")
        keys = {"aws_access_key_id": LOGIN, "aws_secret_access_key": SECRET, "region_name": "us-east-1"}
        made = boto3.resource("s3", endpoint_url=endpoint, **keys).Bucket(name)
        made.create()
        yield made
        made.objects.all().delete()
        made.delete()


def connection(name: str, endpoint: str, **changes: Any) -> Connection:
    values: dict[str, Any] = {"login": LOGIN, "password": SECRET, "extra": {"endpoint_url": endpoint}, **changes}
    return Connection(name, **values)
