"""Fetching from a real S3-compatible server on loopback."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest

from tests import s3_server
from tests.s3_server import SECRET, connection, running
from tests.unit.connectors.conftest import Office, source
from warehouse.connectors import s3
from warehouse.connectors.faults import NotAsAnnounced, ServerUnknown, SourceInterrupted, SourceRefused
from warehouse.connectors.fetch import failure
from warehouse.connectors.files import FileGone
from warehouse.connectors.remote import Listed, Pace

BUCKET = "office"
LARGE = os.urandom(9 << 20)  # more than one block


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with running() as address:
        yield address


@pytest.fixture
def bucket(office: Office, endpoint: str) -> Iterator[Any]:
    office.connection = connection("office", endpoint)
    office.keeps(source("s3", f"s3://{BUCKET}/out", connectionId="office"))
    with s3_server.bucket(endpoint, BUCKET) as made:
        yield made


def test_objects_come_whole_and_not_twice(office: Office, bucket: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    bucket.put_object(Key="out/att_a.csv", Body=LARGE)
    bucket.put_object(Key="out/deeper/att_b.csv", Body=b"x")
    bucket.put_object(Key="out/", Body=b"")
    bucket.put_object(Key="other/att_c.csv", Body=b"x")
    done = office.fetch()
    assert (failure([done]), office.inbox) == (None, {"att_a.csv": LARGE})
    opened: list[str] = []
    monkeypatch.setattr(s3.S3FileSystem, "open", lambda _, path, *__, **___: opened.append(path))
    assert office.fetch().unchanged == 1
    assert opened == []
    stamp = office.house.path("att_a.csv").stat().st_mtime
    assert stamp == bucket.Object("out/att_a.csv").last_modified.timestamp()


def test_a_changed_object_is_fetched_again(office: Office, bucket: Any) -> None:
    for content in (b"one", b"two"):
        bucket.put_object(Key="out/att_a.csv", Body=content)
        assert failure([office.fetch()]) is None
        assert office.inbox == {"att_a.csv": content}


def test_nothing_under_the_prefix_is_nothing_but_no_bucket_is_told(office: Office, bucket: Any) -> None:
    assert office.fetch().listed == 0
    office.keeps(source("s3", "s3://another/out", connectionId="office"))
    assert isinstance(failure([office.fetch()]), SourceRefused)


def test_what_arrives_spoilt_is_noticed_by_the_stores_checksum(
    office: Office, bucket: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket.put_object(Key="out/att_a.csv", Body=b"right", ChecksumAlgorithm="SHA256")
    read = s3.S3FileSystem.open

    class Spoilt:
        def __init__(self, file: Any) -> None:
            self.file = file

        def __enter__(self) -> Spoilt:
            return self

        def __exit__(self, *_: object) -> None:
            self.file.close()

        def read(self, size: int) -> bytes:
            return bytes(self.file.read(size))[::-1]

    monkeypatch.setattr(s3.S3FileSystem, "open", lambda self, path, *a, **o: Spoilt(read(self, path, *a, **o)))
    assert isinstance(failure([office.fetch()]), NotAsAnnounced)
    assert office.inbox == {}


def test_what_the_store_has_for_an_object_in_parts_is_no_checksum_of_its_bytes(office: Office, bucket: Any) -> None:
    upload = bucket.Object("out/att_a.csv").initiate_multipart_upload(ChecksumAlgorithm="SHA256")
    part = upload.Part(1).upload(Body=b"x" * (5 << 20), ChecksumAlgorithm="SHA256")
    done = {"PartNumber": 1, "ETag": part["ETag"], "ChecksumSHA256": part["ChecksumSHA256"]}
    upload.complete(MultipartUpload={"Parts": [done]})
    assert failure([office.fetch()]) is None
    assert len(office.inbox["att_a.csv"]) == 5 << 20


def test_an_object_that_vanishes_is_told(office: Office, bucket: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    bucket.put_object(Key="out/att_a.csv", Body=b"x")
    look = s3._Objects.look

    def vanishing(self: Any) -> list[Listed]:
        found = look(self)
        bucket.objects.all().delete()
        return found

    monkeypatch.setattr(s3._Objects, "look", vanishing)
    assert isinstance(failure([office.fetch(Pace(pauses=()))]), FileGone)


def test_who_may_not_sign_in_is_told_without_the_secret(office: Office, bucket: Any, endpoint: str) -> None:
    office.connection = connection("office", endpoint, login="", password="")
    assert isinstance(failure([office.fetch()]), SourceRefused)
    office.connection = connection("office", "http://192.0.2.1:9")
    error = failure([office.fetch()])
    assert isinstance(error, ServerUnknown)
    assert SECRET not in f"{error!r}"


def test_nobody_there_is_tried_again_and_told(office: Office, bucket: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    monkeypatch.setattr("s3fs.S3FileSystem.retries", 1)
    office.connection = connection("office", "http://127.0.0.1:1")
    assert isinstance(failure([office.fetch()]), SourceInterrupted)
