"""What funders receive, issued before and after a late file and corrections, over the samples of all partners."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.csv as pa_csv
import pytest

from warehouse import pipeline, reporting
from warehouse.contract import load_contracts
from warehouse.demo.demonstration import deliver_samples
from warehouse.demo.funders import LATER
from warehouse.extracts.compare import VERDICTS
from warehouse.extracts.disclosure.audit import audit
from warehouse.extracts.disclosure.issued import strictest
from warehouse.extracts.drafting import as_issued
from warehouse.extracts.explain import FigureHidden, NotAgreed
from warehouse.extracts.issues import MANIFEST, IssueChanged, IssueUnknown, find_issue
from warehouse.extracts.lifecycle import DraftExposed, DraftOutdated, NotADraft, approve, issued
from warehouse.extracts.reproduce import NotReproduced
from warehouse.store.database import open_published
from warehouse.store.home import PROJECT, Home

CANADA, FUND = ("canada-iom", "FY2013-Q3"), ("justice-fund", "FY2010-Q4")
GOLDEN = PROJECT / "tests" / "golden" / "extracts"
DAY = date(2026, 11, 1)
Row = dict[str, Any]


def now() -> datetime:
    return datetime.now(UTC)


def publish(home: Home) -> None:
    pipeline.ingest_all(home)
    pipeline.identify(home)
    pipeline.transform(DAY, home)
    pipeline.audit(home)
    pipeline.publish(home)


def issue(home: Home, extract: tuple[str, str]) -> Row:
    drafted = reporting.draft_extract(home, *extract, now())
    approve(home, find_issue(home, *extract), "a reviewer", now())
    reporting.issue_extract(home, *extract, None, "a reviewer", now())
    return drafted


@dataclass
class Twice:
    """A home in which both extracts were issued twice, and what each draft said."""

    home: Home
    first: dict[str, Row]
    second: dict[str, Row]


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> Twice:
    home = Home(tmp_path_factory.mktemp("home"))
    deliver_samples(home, LATER)
    publish(home)
    first = {extract[0]: issue(home, extract) for extract in (CANADA, FUND)}
    deliver_samples(home)
    publish(home)
    second = {extract[0]: issue(home, extract) for extract in (CANADA, FUND)}
    return Twice(home, first, second)


def total(drafted: Row, indicator: str, window: str = "period") -> Row:
    found: Row = next(r for r in drafted["totals"] if (r["indicator"], r["window"]) == (indicator, window))
    return found


def golden_files(home: Home, number: int, extract: tuple[str, str]) -> dict[str, str]:
    """What an issue says, as text: the agreement, the figures, and how they differ from the issue before."""
    made = find_issue(home, *extract, number)
    files = {name: (made.folder / name).read_text("utf-8-sig") for name in ("agreement.yaml", "figures.csv")}
    if (restated := made.restated()) is not None:
        sink = io.BytesIO()
        pa_csv.write_csv(restated, sink)
        files["restated.csv"] = sink.getvalue().decode()
    return files


@pytest.mark.parametrize("number", [1, 2])
@pytest.mark.parametrize("extract", [CANADA, FUND], ids=lambda extract: extract[0])
def test_golden_extract(twice: Twice, extract: tuple[str, str], number: int, request: pytest.FixtureRequest) -> None:
    """Folders of data: `pytest tests/golden tests/integration/test_extracts.py --update-golden` writes them anew."""
    folder, files = GOLDEN.joinpath(*extract, str(number)), golden_files(twice.home, number, extract)
    if request.config.getoption("--update-golden", default=False):
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")
    assert {path.name for path in folder.iterdir()} == set(files)
    for name, text in files.items():
        assert text.splitlines() == (folder / name).read_text("utf-8").splitlines(), f"{folder.name}/{name}"


def test_the_late_file_and_nothing_else_brings_the_rollout(twice: Twice) -> None:
    before, after = (total(d["canada-iom"], "persons_reached")["value"] for d in (twice.first, twice.second))
    assert before == 20  # the national trainers
    assert after == 145  # and the 125 officers of the roll-out
    rows = [r for r in twice.second["canada-iom"]["restated"] if r["grouping"] == "total"]
    reached = [r for r in rows if (r["indicator"], r["window"]) == ("persons_reached", "period")]
    assert [(r["cause"], r["amount"]) for r in reached] == [("late_delivery", Decimal(125))]


def test_the_causes_of_every_restated_figure_add_up_to_its_difference(twice: Twice) -> None:
    figures: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for drafted in twice.second.values():
        for row in drafted["restated"]:
            key = [v for k, v in row.items() if k not in ("cause", "amount")]
            figures[tuple(key)].append(row)
    added = [rows for rows in figures.values() if rows[0]["difference"] is not None]
    assert len(added) > 20
    assert all(sum(r["amount"] for r in rows) == rows[0]["difference"] for rows in added)
    causes = {row["cause"] for rows in added for row in rows}
    assert {"late_delivery", "corrected_delivery"} <= causes


def test_the_first_issue_is_reproduced_after_the_second(twice: Twice) -> None:
    for extract in (CANADA, FUND):
        report = reporting.reproduce_issue(twice.home, find_issue(twice.home, *extract, 1).folder / MANIFEST)
        assert report["reproduced"]
        assert report["differs"] == []
        assert {"extract.xlsx", "figures.csv", "extract.json", "result.parquet"} <= set(report["files"])


def test_an_issue_that_was_touched_is_told_and_not_reproduced(twice: Twice, tmp_path: Path) -> None:
    there = find_issue(twice.home, *FUND, 1)
    kept = (there.folder / "agreement.yaml").read_text("utf-8")
    try:
        (there.folder / "agreement.yaml").write_text(kept.replace("minimum_hours: 12", "minimum_hours: 6"), "utf-8")
        with pytest.raises(NotReproduced, match=r"agreement\.yaml of the issue was changed"):
            reporting.reproduce_issue(twice.home, there.folder / MANIFEST)
    finally:
        (there.folder / "agreement.yaml").write_text(kept, "utf-8")


def test_nothing_suppressed_can_be_reckoned_from_everything_issued(twice: Twice) -> None:
    history = [as_issued(one) for one in issued(twice.home)]
    assert len(history) == 4
    rule = strictest(one.terms.disclosure for one in history)
    findings = audit(history, rule)
    assert len(findings) > 20
    assert [finding for finding in findings if not finding.is_safe] == []


@pytest.mark.parametrize("indicator", ["persons_reached", "persons_trained", "new_persons_trained"])
def test_an_explanation_names_as_many_officers_as_the_figure(twice: Twice, indicator: str) -> None:
    report = reporting.explain_figure(twice.home, *CANADA, indicator, "period", {}, with_pseudonyms=True)
    assert report["persons"] == len(report["officers"]) == total(twice.second["canada-iom"], indicator)["value"]
    sessions = [s for o in report["officers"] for t in o["trainings"] for s in t["sessions"]]
    assert sessions
    inbox = {name for c in load_contracts(twice.home.contracts) for name in _names(twice.home.root / c.inbox)}
    for session in sessions:
        assert set(session["file_names"].split(" | ")) <= inbox
        assert session["row_number"] > 1
        assert len(session["delivery_id"]) == 64


def test_a_figure_is_explained_when_its_version_is_long_gone(copied: Home) -> None:
    before = reporting.explain_figure(copied, *FUND, "persons_reached", "period", {}, with_pseudonyms=True)
    shutil.rmtree(copied.published)
    assert reporting.explain_figure(copied, *FUND, "persons_reached", "period", {}, with_pseudonyms=True) == before


def test_two_funders_and_an_auditor_cannot_join_what_they_are_told(twice: Twice) -> None:
    ours = reporting.explain_figure(twice.home, *CANADA, "persons_reached", "cumulative", {}, with_pseudonyms=True)
    theirs = reporting.explain_figure(twice.home, *FUND, "persons_reached", "cumulative", {}, with_pseudonyms=True)
    auditor = reporting.explain_figure(twice.home, *CANADA, "persons_reached", "cumulative", {}, with_pseudonyms=False)
    named = [{o["officer"] for o in report["officers"]} for report in (ours, theirs)]
    assert not named[0] & named[1]
    with open_published(twice.home) as reader:
        keys = {key for (key,) in reader.execute("select officer_key from marts.dim_officer").fetchall()}
    assert not keys & (named[0] | named[1])
    assert {o["officer"] for o in auditor["officers"]} == set(range(1, auditor["persons"] + 1))
    assert "officer_key" not in json.dumps(auditor, default=str)


def test_what_is_too_small_to_show_is_not_explained_either(twice: Twice) -> None:
    with (find_issue(twice.home, *CANADA).folder / "figures.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    hidden = [r for r in rows if r["status"] == "suppressed" and r["indicator"] == "persons_reached"]
    small = next(r for r in hidden if r["window"] == "period" and r["grouping"] == "province_of_duty")
    cell = {"province_of_duty": small["province_of_duty"]}
    with pytest.raises(FigureHidden, match="SALA-X009"):
        reporting.explain_figure(twice.home, *CANADA, "persons_reached", "period", cell, with_pseudonyms=True)
    with pytest.raises(NotAgreed, match="did you mean 'persons_reached'"):
        reporting.explain_figure(twice.home, *CANADA, "persons_reach", "period", {}, with_pseudonyms=True)


def test_two_rules_differ_by_classes_that_add_up(twice: Twice) -> None:
    report = reporting.compare_rules(twice.home, "canada-iom", "justice-fund@2", date(1900, 1, 1), date(9999, 1, 1))
    assert report["differ"] == sum(row["officers"] for row in report["classes"])
    assert report["officers"] == sum(row["officers"] for row in report["verdicts"])
    assert report["differ"] == sum(r["officers"] for r in report["verdicts"] if r["one"] != r["other"])
    assert {"population", "contact hours", "assessment"} <= {row["why"] for row in report["classes"]}
    assert {row["one"] for row in report["verdicts"]} <= set(VERDICTS)
    same = reporting.compare_rules(twice.home, "canada-iom", "canada-iom", date(1900, 1, 1), date(9999, 1, 1))
    assert (same["differ"], same["classes"]) == (0, [])


def test_a_draft_that_gives_people_away_is_not_approved(copied: Home) -> None:
    reporting.draft_extract(copied, *CANADA, now())
    place = find_issue(copied, *CANADA).folder / MANIFEST
    told = json.loads(place.read_text("utf-8"))
    assert told["hidden"]["exposed"] == 0
    told["hidden"]["exposed"] = 2
    place.write_text(json.dumps(told), encoding="utf-8")
    with pytest.raises(DraftExposed, match="2 hidden figures"):
        approve(copied, find_issue(copied, *CANADA), "a reviewer", now())


def test_drafted_again_nothing_new_is_written(twice: Twice) -> None:
    again = reporting.draft_extract(twice.home, *FUND, now())
    assert again["issue"] == 2


@pytest.fixture
def copied(twice: Twice, tmp_path: Path) -> Home:
    root = tmp_path / "home"
    shutil.copytree(twice.home.root, root, symlinks=True)
    shutil.rmtree(root / "extracts" / "canada-iom")
    (root / "extracts" / "_ledger" / "canada-iom--FY2013-Q3--001.parquet").unlink()
    (root / "extracts" / "_ledger" / "canada-iom--FY2013-Q3--002.parquet").unlink()
    return Home(root)


def test_nothing_is_issued_that_nobody_approved_or_that_was_changed(copied: Home) -> None:
    reporting.draft_extract(copied, *CANADA, now())
    with pytest.raises(NotADraft, match="it is draft"):
        reporting.issue_extract(copied, *CANADA, None, "somebody", now())
    draft = find_issue(copied, *CANADA)
    with (draft.folder / "figures.csv").open("a", encoding="utf-8") as file:
        file.write("one more line\n")
    with pytest.raises(IssueChanged, match=r"figures\.csv"):
        approve(copied, draft, "a reviewer", now())


def test_a_draft_that_has_not_seen_what_was_issued_since_must_be_made_again(copied: Home) -> None:
    reporting.draft_extract(copied, *CANADA, now())
    early = find_issue(copied, *CANADA)
    other = ("justice-fund", "FY2018-Q3")
    issue(copied, other)
    with pytest.raises(DraftOutdated, match="justice-fund/FY2018-Q3/1"):
        approve(copied, early, "a reviewer", now())
    reporting.draft_extract(copied, *CANADA, now())
    newer = find_issue(copied, *CANADA)
    assert (newer.manifest.issue, newer.state, early.state) == (2, "draft", "withdrawn")
    approve(copied, newer, "a reviewer", now())
    reporting.issue_extract(copied, *CANADA, None, "a reviewer", now())
    reporting.issue_extract(copied, *CANADA, 2, "a reviewer", now())  # once more is harmless
    assert [one.id for one in issued(copied)].count("canada-iom/FY2013-Q3/2") == 1
    with pytest.raises(IssueUnknown, match="2 \\(issued\\)"):
        find_issue(copied, *CANADA, 9)


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}
