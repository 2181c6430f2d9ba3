"""Fetching from a real web server on loopback: whole answers only, and no secret to anybody else."""

from __future__ import annotations

import base64
import hashlib
import ssl
from email.utils import formatdate
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.certificates import certificate
from tests.unit.connectors.conftest import HASTE, Office, source
from tests.web_server import Answer, Web, running
from warehouse.connectors.connection import Connection
from warehouse.connectors.faults import (
    AnswerUnusable,
    NotAsAnnounced,
    ServerUnknown,
    SourceInterrupted,
    SourceRefused,
)
from warehouse.connectors.fetch import failure
from warehouse.connectors.files import FileGone, StillGrowing
from warehouse.connectors.remote import Pace

LARGE = Random(7).randbytes(300_000)  # the same in every process: test names hold digests of it
ONCE = Pace(pauses=(), silence=1.0)
SECRET = "CANARY-secret"
NOW = {"wholeFile": {"stableSeconds": 0}}


@pytest.fixture
def page(office: Office, web: Web) -> Web:
    """The web server, of which the partner's contract names the folder."""
    web.files = {"att_a.csv": LARGE}
    office.keeps(source("custom", f"{web.address}/out/", **NOW))
    return web


def digest(name: str, content: bytes) -> str:
    return base64.b64encode(hashlib.new(name, content).digest()).decode()


def test_files_of_a_page_come_whole_with_their_time_and_not_twice(office: Office, page: Web) -> None:
    page.files["att_b 1.csv"] = b"x"
    assert failure([office.fetch()]) is None
    assert office.inbox == page.files
    assert formatdate(office.house.path("att_a.csv").stat().st_mtime, usegmt=True) == page.modified
    page.requests.clear()
    assert office.fetch().unchanged == 2
    assert page.asked("GET") == ["/out/"]


def test_a_page_links_to_other_things_too(office: Office, page: Web) -> None:
    page.page = (
        '<a href="?C=N;O=D">Name</a><a href="../">up</a><a href="/elsewhere.csv">x</a><a href="sub/">sub</a>'
        '<a href="https://elsewhere.example/att_c.csv">x</a><a href="att_a.csv#top">x</a><a href="http://[">x</a>'
        '<a href="a%2Fb.csv">x</a><a name="x">x</a><A HREF="att_a.csv">x</A><a href=".hidden.csv">x</a>'
    )
    done = office.fetch()
    assert [one.file for one in done.files if one.outcome == "fetched"] == ["att_a.csv"]
    assert set(office.inbox) == {"att_a.csv"}
    asked = {*page.asked("HEAD"), *page.asked("GET")}
    assert asked == {"/out/", "/out/att_a.csv", "/out/a%2Fb.csv"}


def test_named_files_need_no_page_and_one_that_is_not_there_yet_is_not_missed(office: Office, web: Web) -> None:
    web.files, web.page = {"deep/att a.csv": b"x"}, "no page"
    office.keeps(source("custom", f"{web.address}/out", paths=["deep/att a.csv", "att_b.csv"], **NOW))
    done = office.fetch()
    assert (failure([done]), office.inbox) == (None, {"att a.csv": b"x"})
    assert "/out/" not in web.asked("GET")


def test_a_server_that_tells_nothing_of_a_file_is_asked_again_but_the_inbox_stays(office: Office, page: Web) -> None:
    page.modified, page.tags, page.length = "", False, "chunked"
    assert len(office.fetch().files) == 1
    before = office.house.path("att_a.csv").stat()
    assert office.fetch().unchanged == 1
    assert office.house.path("att_a.csv").stat() == before


@pytest.mark.parametrize("length", ["length", "chunked", "close"])
def test_an_answer_cut_in_the_middle_is_tried_again(office: Office, page: Web, length: str) -> None:
    page.length, page.cut = length, 1
    assert failure([office.fetch()]) is None
    assert office.inbox == {"att_a.csv": LARGE}


@pytest.mark.parametrize("length", ["length", "chunked"])
def test_an_answer_cut_again_and_again_is_told_and_leaves_nothing(office: Office, page: Web, length: str) -> None:
    page.length, page.cut = length, 99
    assert isinstance(failure([office.fetch()]), SourceInterrupted)
    assert page.cut == 99 - 3
    assert (office.inbox, office.scratch()) == ({}, [])


def test_an_answer_whose_end_nobody_announced_must_come_twice_the_same(office: Office, page: Web) -> None:
    page.length, page.cut = "close", 1
    assert isinstance(failure([office.fetch(ONCE)]), StillGrowing)
    assert office.inbox == {}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("Content-MD5", digest("md5", LARGE)),
        ("Digest", f"sha-256={digest('sha256', LARGE)}"),
        ("Repr-Digest", f"sha-512=:x:, sha-256=:{digest('sha256', LARGE)}:"),
    ],
)
def test_a_checksum_the_server_gives_is_compared(office: Office, page: Web, field: str, value: str) -> None:
    page.headers, page.tags = lambda _: {field: value}, False
    assert failure([office.fetch()]) is None
    page.files["att_a.csv"], page.modified = LARGE[::-1], ""
    assert isinstance(failure([office.fetch()]), NotAsAnnounced)
    assert office.inbox == {"att_a.csv": LARGE}


def test_a_server_that_answers_too_slowly_is_told(office: Office, page: Web) -> None:
    page.delay = 0.6
    assert isinstance(failure([office.fetch(Pace(pauses=(), silence=0.2))]), SourceInterrupted)
    assert isinstance(failure([office.fetch(Pace(pauses=(), longest_file=0.1))]), SourceInterrupted)
    assert office.inbox == {}


def test_a_file_that_is_listed_and_not_there_is_told_and_stops_no_other(office: Office, page: Web) -> None:
    page.page = '<a href="gone.csv">x</a><a href="att_a.csv">x</a>'
    assert isinstance(failure([office.fetch()]), FileGone)
    assert set(office.inbox) == {"att_a.csv"}


def test_a_file_that_vanishes_or_changes_after_it_was_looked_at_is_told(office: Office, page: Web) -> None:
    def vanish(method: str, path: str) -> Answer | None:
        return Answer(404) if (method, path) == ("GET", "/out/att_a.csv") else None

    page.instead = vanish
    assert isinstance(failure([office.fetch(ONCE)]), FileGone)

    def change(method: str, path: str) -> Answer | None:
        page.files["att_a.csv"] = LARGE + (b"x" if (method, path) == ("GET", "/out/att_a.csv") else b"")
        return None

    page.instead = change
    assert isinstance(failure([office.fetch(ONCE)]), StillGrowing)
    assert office.inbox == {}


@pytest.mark.parametrize("after", [{"Retry-After": "0"}, {}, {"Retry-After": "soon"}])
@pytest.mark.parametrize("status", [429, 503, 500])
def test_a_busy_server_is_asked_again(office: Office, page: Web, status: int, after: dict[str, str]) -> None:
    busy = iter([Answer(status, {**after, "Content-Length": "0"}), None])
    page.instead = lambda *_: next(busy, None)
    assert failure([office.fetch()]) is None
    assert set(office.inbox) == {"att_a.csv"}


@pytest.mark.parametrize("after", ["9", formatdate(2**32, usegmt=True)])
def test_a_server_that_asks_for_a_long_rest_gets_it(office: Office, page: Web, after: str) -> None:
    page.instead = lambda *_: Answer(429, {"Retry-After": after, "Content-Length": "0"})
    assert isinstance(failure([office.fetch(HASTE)]), SourceInterrupted)
    assert len(page.requests) == 1


@pytest.mark.parametrize("status", [401, 403, 404, 418])
def test_a_server_that_says_no_is_not_asked_again(office: Office, page: Web, status: int) -> None:
    page.instead = lambda *_: Answer(status, {"Content-Length": "0"})
    assert isinstance(failure([office.fetch()]), SourceRefused)
    assert len(page.requests) == 1


def test_an_answer_that_is_no_page_is_told(office: Office, page: Web) -> None:
    page.instead = lambda *_: Answer(200, {"Content-Type": "application/pdf"}, b"%PDF Canary")
    error = failure([office.fetch()])
    assert isinstance(error, AnswerUnusable)
    assert "Canary" not in f"{error!r}"


def test_a_redirection_is_followed_within_the_server_and_nowhere_else(office: Office, page: Web) -> None:
    office.connection = Connection("office", password=SECRET)
    office.keeps(source("custom", f"{page.address}/old/", connectionId="office"))
    page.instead = lambda _, path: Answer(302, {"Location": "/out/", "Content-Length": "0"}) if "old" in path else None
    page.page = ""
    assert office.fetch().error is None
    page.instead = lambda *_: Answer(302, {"Location": f"http://localhost:{page.port}/out/", "Content-Length": "0"})
    count = len(page.requests)
    assert isinstance(failure([office.fetch()]), ServerUnknown)
    assert len(page.requests) == count + 1
    page.instead = lambda *_: Answer(302, {"Location": "/again/", "Content-Length": "0"})
    assert isinstance(failure([office.fetch()]), SourceRefused)


@pytest.mark.parametrize(
    ("fields", "sent"),
    [
        ({"password": SECRET}, f"Bearer {SECRET}"),
        ({"login": "sala", "password": SECRET}, f"Basic {base64.b64encode(f'sala:{SECRET}'.encode()).decode()}"),
    ],
)
def test_who_we_are_is_said_to_a_server_that_asks(office: Office, web: Web, fields: dict[str, Any], sent: str) -> None:
    office.connection = Connection("office", **fields)
    office.keeps(source("custom", f"{web.address}/out/", connectionId="office"))
    assert office.fetch().error is None
    assert web.authorisations == {sent}


def test_no_secret_goes_to_another_host_or_over_a_network_in_clear(office: Office, web: Web) -> None:
    office.connection = Connection("office", host="other.example", password=SECRET)
    office.keeps(source("custom", f"{web.address}/out/", connectionId="office"))
    assert isinstance(failure([office.fetch()]), ServerUnknown)
    office.connection = Connection("office", password=SECRET)
    office.keeps(source("custom", "http://192.0.2.1/out/", connectionId="office"))
    assert isinstance(failure([office.fetch()]), ServerUnknown)
    assert web.requests == []


def test_a_server_whose_certificate_nobody_signed_gets_no_secret(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.connection = Connection("office", password=SECRET)
    with running(certificate(tmp_path)) as web:
        address = f"https://localhost:{web.port}/out/"
        office.keeps(source("custom", address, connectionId="office"))
        assert isinstance(failure([office.fetch()]), ServerUnknown)
        assert web.requests == []
        trusting = ssl.create_default_context(cafile=tmp_path / "server.pem")
        monkeypatch.setattr("warehouse.connectors.web._authorities", lambda: trusting)
        assert office.fetch().error is None


def test_nobody_there_is_told(office: Office) -> None:
    office.keeps(source("custom", "http://127.0.0.1:1/out/"))
    assert isinstance(failure([office.fetch()]), SourceInterrupted)
