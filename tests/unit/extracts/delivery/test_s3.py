"""Delivery to a real S3-compatible server on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests import s3_server
from tests.s3_server import SECRET, connection, running
from tests.unit.extracts.delivery.conftest import NOW, agreement_of, made_issue, whole
from warehouse.connectors.connection import Connection
from warehouse.connectors.faults import ConnectionUnusable, ServerUnknown
from warehouse.contract.agreement import Recipient
from warehouse.errors import TransientError
from warehouse.extracts.delivery import Attempt, deliver
from warehouse.extracts.delivery.faults import DeliveryRefused, PlaceTaken
from warehouse.store.home import Home

BUCKET = "fund"
PLACE = "sala/canada-iom/FY2013-Q3/001/"


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with running() as address:
        yield address


@pytest.fixture
def bucket(endpoint: str) -> Iterator[Any]:
    with s3_server.bucket(endpoint, BUCKET) as made:
        yield made


def sent(home: Home, to: str, made: Connection | None) -> Attempt:
    agreement = agreement_of(Recipient(kind="s3", connection="fund_s3" if made else None, to=to))
    issue = made_issue(home, agreement)
    (attempt,) = deliver(home, agreement, [issue], lambda _: made, NOW)  # type: ignore[arg-type,return-value]
    return attempt


def received(bucket: Any) -> dict[str, bytes]:
    found = {one.key: one.get()["Body"].read() for one in bucket.objects.all()}
    assert all(key.startswith(PLACE) for key in found)
    return {key.removeprefix(PLACE): content for key, content in found.items()}


def test_an_issue_arrives_whole(home: Home, bucket: Any, endpoint: str) -> None:
    attempt = sent(home, f"{BUCKET}/sala", connection("fund_s3", endpoint))
    assert attempt.error is None
    whole(received(bucket))
    assert SECRET not in f"{attempt}"


def test_a_bucket_that_is_not_there_is_refused_and_not_made(home: Home, bucket: Any, endpoint: str) -> None:
    assert isinstance(sent(home, "another/sala", connection("fund_s3", endpoint)).error, DeliveryRefused)
    assert [one["Name"] for one in bucket.meta.client.list_buckets()["Buckets"]] == [BUCKET]


def test_another_delivery_at_the_place_is_left_alone(home: Home, bucket: Any, endpoint: str) -> None:
    bucket.put_object(Key=f"{PLACE}SHA256SUMS", Body=b"of another home")
    assert isinstance(sent(home, f"{BUCKET}/sala", connection("fund_s3", endpoint)).error, PlaceTaken)
    assert received(bucket) == {"SHA256SUMS": b"of another home"}


def test_an_object_of_a_delivery_that_was_cut_off_is_replaced(home: Home, bucket: Any, endpoint: str) -> None:
    bucket.put_object(Key=f"{PLACE}extract.csv", Body=b"half")
    assert sent(home, f"{BUCKET}/sala", connection("fund_s3", endpoint)).error is None
    whole(received(bucket))


def test_nobody_there_is_tried_again(home: Home, bucket: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    monkeypatch.setattr("s3fs.S3FileSystem.retries", 1)
    assert isinstance(sent(home, f"{BUCKET}/sala", connection("fund_s3", "http://127.0.0.1:1")).error, TransientError)


def test_without_a_way_to_sign_in_it_is_refused(home: Home, bucket: Any, endpoint: str) -> None:
    attempt = sent(home, f"{BUCKET}/sala", connection("fund_s3", endpoint, login="", password=""))
    assert isinstance(attempt.error, DeliveryRefused)


def test_nothing_is_sent_in_clear_over_a_network(home: Home) -> None:
    assert isinstance(sent(home, "fund/sala", connection("fund_s3", "http://192.0.2.1:9000")).error, ServerUnknown)


def test_a_bucket_needs_a_connection(home: Home) -> None:
    assert isinstance(sent(home, "fund/sala", None).error, ConnectionUnusable)
