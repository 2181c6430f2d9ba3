"""What is due is read from the issues in the home: never twice, never before its day, never before the data."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.unit.extracts.delivery.conftest import agreement_of, made_issue
from warehouse.contract.agreement import Agreement
from warehouse.extracts.calendar import due, question, to_ask_about
from warehouse.store import versions
from warehouse.store.home import Home

AGREEMENT: Agreement = agreement_of()  # quarters from April, each due 30 days after its end
MADE = "FY2013-Q3"  # what `made_issue` makes: October to December 2013


def publish(home: Home, as_of: str) -> None:
    """Leave what `due` reads of a published version."""
    version = versions.Version(f"{as_of.replace('-', '')}-0123456789ab", home.published)
    version.tables.mkdir(parents=True)
    version.path.write_bytes(b"")
    version.manifest_path.write_text(json.dumps({"as_of": as_of}), "utf-8")
    versions.pointer(home).write_text(version.file_name, "utf-8")


def ids(home: Home, today: str) -> list[str]:
    return [period.id for period in due(home, AGREEMENT, date.fromisoformat(today))]


@pytest.fixture
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return Home(tmp_path_factory.mktemp("home"))


def test_before_anything_was_published_nothing_is_due(home: Home) -> None:
    assert ids(home, "2014-02-15") == []


@pytest.mark.parametrize(("today", "expected"), [("2014-01-30", "FY2013-Q2"), ("2014-01-31", "FY2013-Q3")])
def test_the_first_time_the_last_period_alone_is_due_from_its_day_on(home: Home, today: str, expected: str) -> None:
    publish(home, "2014-06-30")
    assert ids(home, today) == [expected]


def test_before_the_first_period_has_ended_nothing_is_due(home: Home) -> None:
    publish(home, "2014-06-30")
    assert ids(home, "2012-01-15") == []


def test_what_was_drafted_is_not_due_again_and_what_was_missed_is(home: Home) -> None:
    publish(home, "2014-06-30")
    made_issue(home, AGREEMENT, issued=False)
    assert ids(home, "2014-02-15") == []
    assert ids(home, "2014-05-15") == ["FY2013-Q4"]


def test_a_period_that_the_published_data_does_not_reach_waits(home: Home) -> None:
    publish(home, "2014-03-30")
    made_issue(home, AGREEMENT, issued=False)
    assert ids(home, "2014-05-15") == []


def test_a_draft_is_asked_about_on_its_day_and_each_week_again(home: Home) -> None:
    issue = made_issue(home, AGREEMENT, issued=False)
    at = datetime(2014, 2, 1, 3, 0, 20, tzinfo=UTC)
    (issue.folder / "drafted.json").write_text(json.dumps({"at": at.isoformat()}), "utf-8")
    runs = [at + timedelta(days=day, seconds=10 - day) for day in range(16)]  # never exactly a day apart
    asked = [day for day, now in enumerate(runs) if to_ask_about(home, AGREEMENT.id, now)]
    assert asked == [0, 7, 14]
    assert to_ask_about(home, "another", at) == []


def test_what_was_issued_is_not_asked_about(home: Home) -> None:
    issue = made_issue(home, AGREEMENT)
    at = datetime(2014, 2, 1, tzinfo=UTC)
    (issue.folder / "drafted.json").write_text(json.dumps({"at": at.isoformat()}), "utf-8")
    assert to_ask_about(home, AGREEMENT.id, at) == []


def test_the_question_names_the_commands_for_what_is_left_to_do(home: Home) -> None:
    issue = made_issue(home, AGREEMENT, issued=False)
    words = f"{AGREEMENT.id} {MADE} 1 --by NAME"
    assert f"sala extract approve {words}" in question([issue])
    (issue.folder / "approved.json").write_text("{}", "utf-8")
    assert "extract approve" not in question([issue])
    assert f"sala extract issue {words}" in question([issue])
