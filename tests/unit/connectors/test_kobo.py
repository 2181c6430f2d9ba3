"""Fetching submissions from a server on loopback that pages them as KoboToolbox does."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import PARTNER, properties
from tests.unit.connectors.conftest import HASTE, Office, source
from tests.web_server import TOKEN, Answer, Web
from warehouse import pipeline
from warehouse.connectors import kobo
from warehouse.connectors.connection import Connection
from warehouse.connectors.faults import (
    AnswerUnusable,
    ConnectionUnusable,
    NotAsAnnounced,
    SourceInterrupted,
    SourceRefused,
)
from warehouse.connectors.fetch import failure
from warehouse.connectors.remote import Pace
from warehouse.store.home import PROJECT

UID = "aSala5Form"
FILE = f"kobo_{UID}.json"
ONCE = Pace(pauses=(), silence=1.0)


def submission(number: int, **answers: Any) -> dict[str, Any]:
    return {"_id": number, "_uuid": f"u{number}", "group/province": "កំពត", "_geolocation": [11.5, None], **answers}


@pytest.fixture
def form(office: Office, web: Web) -> Web:
    """The server, with a form of seven submissions in pages of three."""
    web.forms = {UID: [submission(number) for number in (15, 11, 12, 17, 13, 16, 14)]}
    web.most = 3
    office.connection = Connection("survey", host=web.address, password=TOKEN)
    office.keeps(source("api", web.address, connectionId="survey", assetUid=UID), expects=FILE)
    return web


def starts(web: Web) -> list[int]:
    return [int(one.partition("start=")[2].partition("&")[0]) for one in web.requests]


def fetched(office: Office) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(office.inbox[FILE])
    return document


def test_all_pages_become_one_file_sorted_by_number(office: Office, form: Web) -> None:
    before = time.time()
    assert failure([office.fetch()]) is None
    document = fetched(office)
    assert (document["asset"], starts(form)) == (UID, [0, 3, 6])
    assert document["submissions"] == [submission(number) for number in range(11, 18)]
    assert document["fetched_until"].endswith("+00:00")
    assert before - 1 <= time.mktime(time.strptime(document["fetched_until"][:19], "%Y-%m-%dT%H:%M:%S"))
    assert (office.scratch(), form.authorisations) == ([], {f"Token {TOKEN}"})


def test_a_server_that_does_not_sort_gives_the_same_file(office: Office, form: Web) -> None:
    form.sorts = False
    assert failure([office.fetch()]) is None
    assert fetched(office)["submissions"] == [submission(number) for number in range(11, 18)]


def test_the_file_stays_until_a_submission_is_added_changed_or_removed(office: Office, form: Web) -> None:
    office.fetch()
    before = office.inbox
    time.sleep(1.1)  # the next file would bear another time
    assert (office.fetch().unchanged, office.inbox) == (1, before)
    for change in (
        lambda: form.forms[UID].append(submission(18)),
        lambda: form.forms[UID][0].update({"_validation_status": {"uid": "validation_status_approved"}}),
        lambda: form.forms[UID].pop(),
    ):
        change()
        assert len(office.fetch().files) == 1
        assert fetched(office)["submissions"] == sorted(form.forms[UID], key=lambda one: one["_id"])


def test_a_form_without_submissions_is_an_empty_list(office: Office, form: Web) -> None:
    form.forms[UID] = []
    assert failure([office.fetch()]) is None
    assert fetched(office)["submissions"] == []


def test_a_rate_limit_is_kept_to_and_no_page_is_asked_for_twice(office: Office, form: Web) -> None:
    times: list[float] = []
    limits = {2, 4}

    def limited(*_: str) -> Answer | None:
        times.append(time.monotonic())
        return Answer(429, {"Retry-After": "1", "Content-Length": "0"}) if len(times) in limits else None

    form.instead = limited
    assert failure([office.fetch()]) is None
    assert len(fetched(office)["submissions"]) == 7
    assert starts(form) == [0, 3, 3, 6, 6]
    assert times[2] - times[1] >= 1
    assert times[4] - times[3] >= 1


def test_a_limit_longer_than_our_patience_leaves_the_pages_for_the_next_run(office: Office, form: Web) -> None:
    form.instead = lambda *_: Answer(429, {"Retry-After": "3600"}) if len(form.requests) == 3 else None
    assert isinstance(failure([office.fetch()]), SourceInterrupted)
    assert office.inbox == {}
    form.requests.clear()
    form.instead = lambda *_: None
    assert failure([office.fetch()]) is None
    assert starts(form) == [6]


VISIT = """
import sys
from pathlib import Path
from warehouse import pipeline
from warehouse.connectors.connection import from_environment
from warehouse.store.home import Home
pipeline.fetch(Home(Path(sys.argv[1]), Path(sys.argv[2])), from_environment)
"""


@pytest.mark.parametrize("page", [3, 6])
def test_a_visit_killed_at_a_page_goes_on_there(office: Office, form: Web, page: int) -> None:
    reached, home = threading.Event(), office.house.home
    office.house.describe(lambda d: d.update(office.written))

    def stop(_: str, start: int) -> None:
        if start == page and not reached.is_set():
            reached.set()
            time.sleep(1)

    form.on_page = stop
    environment = {**os.environ, "AIRFLOW_CONN_SURVEY": json.dumps({"password": TOKEN}), "PYTHONPATH": str(PROJECT)}
    command = [sys.executable, "-c", VISIT, str(home.root), str(home.contracts)]
    with subprocess.Popen(command, env=environment) as process:
        assert reached.wait(30)
        process.send_signal(signal.SIGKILL)
    assert office.inbox == {}
    form.requests.clear()
    assert failure([office.fetch()]) is None
    assert starts(form)[0] == page
    assert fetched(office)["submissions"] == [submission(number) for number in range(11, 18)]


def test_what_is_kept_of_a_visit_is_for_its_owner_and_not_for_ever(
    office: Office, form: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    form.instead = lambda *_: Answer(500) if len(form.requests) == 2 else None
    office.fetch(ONCE)
    folder = office.house.home.scratch / f"fetch-{PARTNER}"
    assert (len(office.scratch()), folder.stat().st_mode & 0o777) == (2, 0o700)
    monkeypatch.setattr(kobo, "KEPT_SECONDS", 0)
    form.requests.clear()
    form.instead = lambda *_: None
    assert failure([office.fetch()]) is None
    assert starts(form) == [0, 3, 6]


def test_an_erasure_leaves_no_page_behind(office: Office, form: Web) -> None:
    form.instead = lambda *_: Answer(500) if len(form.requests) == 2 else None
    office.fetch(ONCE)
    assert office.scratch() != []
    pipeline.erase(office.house.home, None, date(2024, 5, 31))
    assert office.scratch() == []


def removed(web: Web) -> None:
    web.forms[UID] = [one for one in web.forms[UID] if one["_id"] != 11]


def inserted(web: Web) -> None:
    web.forms[UID].append(submission(1))


@pytest.mark.parametrize("change", [removed, inserted])
def test_submissions_that_move_while_they_are_read_are_read_again(
    office: Office, form: Web, change: Callable[[Web], None]
) -> None:
    """Without it one submission would be missing, and nobody would know."""
    moved = iter([False, True])
    form.on_page = lambda *_: change(form) if next(moved, False) else None
    assert isinstance(failure([office.fetch(ONCE)]), NotAsAnnounced)
    assert office.scratch() == []
    assert failure([office.fetch()]) is None
    assert fetched(office)["submissions"] == sorted(form.forms[UID], key=lambda one: one["_id"])


@pytest.mark.parametrize(
    "body",
    ["<html>Canary</html>", "{", "[]", '{"count": 1}', '{"count": 1, "next": null, "results": [{}]}',
     '{"count": "1", "next": null, "results": []}', '{"count": 1, "next": null, "results": [{"_id": "1"}]}',
     '{"count": 1, "next": null, "results": [{"_id": true}]}', '{"count": 1, "next": null, "results": {"_id": 1}}',
     '{"count": 2, "next": null, "results": [{"_id": 1}, {"_id": 1}]}', "[" * 100_000,
     '{"count": 1, "next": null, "results": [{"_id": 1, "a": NaN}]}',
     '{"count": 1, "next": null, "results": [{"_id": 1, "a": "\\ud800"}]}'],
)  # fmt: skip
def test_an_answer_without_the_promised_fields_is_told_without_its_words(office: Office, form: Web, body: str) -> None:
    form.instead = lambda *_: Answer(200, {"Content-Length": str(len(body))}, body.encode())
    error = failure([office.fetch()])
    assert isinstance(error, AnswerUnusable)
    assert "Canary" not in f"{error!r}"
    assert (office.inbox, office.scratch(), len(form.requests)) == ({}, [], 1)


@pytest.mark.parametrize(
    "said",
    ['"count": 9, "next": null, "results": []', '"count": 9, "next": 1, "results": []',
     '"count": 1, "next": 1, "results": [{"_id": 1}]'],
)  # fmt: skip
def test_pages_that_end_too_early_or_never_are_told(office: Office, form: Web, said: str) -> None:
    body = f"{{{said}}}"
    form.instead = lambda *_: Answer(200, {"Content-Length": str(len(body))}, body.encode())
    assert isinstance(failure([office.fetch()]), NotAsAnnounced)
    assert len(form.requests) == len(HASTE.pauses) + 1


def test_a_cut_page_is_asked_for_again(office: Office, form: Web) -> None:
    form.instead = lambda *_: Answer(200, {"Content-Length": "9"}, b"{") if len(form.requests) == 2 else None
    assert failure([office.fetch(Pace(pauses=(0.01,), silence=0.3))]) is None
    assert starts(form) == [0, 3, 3, 6]


def test_a_refused_token_and_an_unknown_form_are_told_without_the_token(office: Office, form: Web) -> None:
    office.connection = Connection("survey", password="WRONG-canary")
    error = failure([office.fetch()])
    assert isinstance(error, SourceRefused)
    assert "canary" not in f"{error!r}{error}"
    office.connection = Connection("survey", password=TOKEN)
    form.forms.clear()
    assert isinstance(failure([office.fetch()]), SourceRefused)
    office.connection = Connection("survey")
    assert isinstance(failure([office.fetch()]), ConnectionUnusable)
    assert len(form.requests) == 2


ANSWERS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    answers=st.dictionaries(st.integers(), st.dictionaries(st.text().filter("_id".__ne__), ANSWERS), max_size=8),
    most=st.integers(1, 4),
)
def test_every_submission_comes_as_it_was_given(
    office: Office, form: Web, answers: dict[int, dict[str, Any]], most: int
) -> None:
    """A law: whatever is answered and however it is paged, the file holds exactly the submissions, by number."""
    form.most, form.forms[UID] = most, [{**answer, "_id": number} for number, answer in answers.items()]
    assert failure([office.fetch()]) is None
    assert fetched(office)["submissions"] == sorted(form.forms[UID], key=lambda one: one["_id"])


def test_the_readers_file_is_text_of_one_line_for_each_submission(office: Office, form: Web, tmp_path: Path) -> None:
    office.fetch()
    lines = office.inbox[FILE].decode("utf-8").splitlines()
    assert len(lines) == 7 + 2
    assert json.loads(lines[1].rstrip(",")) == submission(11)
    assert "កំពត" in lines[1]


def test_what_was_fetched_is_read(office: Office, form: Web) -> None:
    cells = {
        "Event": "E1",
        "Date": "05/06/2024",
        "Name": "Canary Dara",
        "Province": "Kampot",
        "Hours": "6",
        "Mark": "P",
    }
    form.forms[UID] = [{"_id": number, **cells, "ID": f"K-{number}"} for number in range(1, 6)]

    office.written["schema"][0]["customProperties"] = properties(
        entity="attendance", files=r"kobo_aSala5Form\.json", format="submissions", toleratedRefusedPercent=0
    )
    office.house.describe(lambda d: d.update(office.written))
    assert failure([office.fetch()]) is None
    outcome = office.house.ingest(FILE)
    assert (outcome["outcome"], outcome["rows_accepted"]) == ("accepted", 5)
