"""What is delivered: each issue that is issued, to each recipient, once; whatever is killed or fails on the way."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.unit.extracts.delivery.conftest import FILES, NOW, agreement_of, made_issue, whole
from warehouse.connectors.connection import Connection
from warehouse.contract.agreement import Agreement, Recipient
from warehouse.errors import TerminalError, TransientError
from warehouse.extracts.delivery import Attempt, deliver, failure, undelivered
from warehouse.extracts.delivery.faults import NotIssued, PlaceTaken, ReceiptBroken
from warehouse.extracts.delivery.parcel import parcel_of
from warehouse.extracts.issues import Issue, IssueChanged
from warehouse.store.files import StoreBusy, only_one
from warehouse.store.home import PROJECT, Home

FOLDER, OTHER = Recipient(kind="folder", to="fund"), Recipient(kind="folder", to="ministry")
AGREEMENT = agreement_of(FOLDER, OTHER)

# The process dies at the n-th file that is written or renamed.
BOMB = """
import builtins, os, pathlib, shutil, signal, sys
left = int(sys.argv[1])
def armed(act):
    def acting(*places, **options):
        global left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return act(*places, **options)
    return acting
shutil.move, pathlib.Path.replace = armed(shutil.move), armed(pathlib.Path.replace)
from tests.unit.extracts.delivery.test_run import AGREEMENT, NOW, deliver_all
from warehouse.store.home import Home
deliver_all(Home(pathlib.Path(sys.argv[2])))
print("the end")
"""


def nobody(name: str) -> Connection:
    raise AssertionError(f"{name} was asked for")


def deliver_all(home: Home, agreement: Agreement = AGREEMENT) -> list[Attempt]:
    from warehouse.extracts.issues import all_issues

    return deliver(home, agreement, all_issues(home), nobody, NOW)


def received(home: Home, to: str = "fund", number: int = 1) -> dict[str, bytes]:
    folder = home.outbox / to / AGREEMENT.id / "FY2013-Q3" / f"{number:03d}"
    return {path.name: path.read_bytes() for path in folder.iterdir()} if folder.is_dir() else {}


def test_every_recipient_gets_it_once(home: Home) -> None:
    made_issue(home, AGREEMENT)
    assert [attempt.receipt.outcome for attempt in deliver_all(home)] == ["delivered", "delivered"]
    for to in ("fund", "ministry"):
        whole(received(home, to))
    assert deliver_all(home) == []


def test_the_receiver_can_check_it(home: Home) -> None:
    made_issue(home, AGREEMENT)
    deliver_all(home)
    folder = home.outbox / "fund" / AGREEMENT.id / "FY2013-Q3" / "001"
    subprocess.run(["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=folder, check=True, capture_output=True)


def test_what_was_taken_away_is_not_sent_again(home: Home) -> None:
    made_issue(home, AGREEMENT)
    deliver_all(home)
    for path in (home.outbox / "fund").rglob("*.*"):
        path.unlink()
    assert deliver_all(home) == []


@pytest.mark.parametrize("state", ["draft", "withdrawn"])
def test_what_is_not_issued_stays(home: Home, state: str) -> None:
    issue = made_issue(home, AGREEMENT, issued=False)
    if state == "withdrawn":
        (issue.folder / "withdrawn.json").write_text("{}")
    assert issue.state == state
    assert list(undelivered(home, AGREEMENT, [issue])) == []
    assert deliver_all(home) == []
    with pytest.raises(NotIssued):
        parcel_of(AGREEMENT, issue)


def test_a_file_changed_since_is_not_sent(home: Home) -> None:
    issue = made_issue(home, AGREEMENT)
    (issue.folder / "extract.csv").write_text("another")
    assert {type(attempt.error) for attempt in deliver_all(home)} == {IssueChanged}
    assert received(home) == {}


def test_the_manifest_which_names_other_funders_stays_here(home: Home) -> None:
    made_issue(home, AGREEMENT)
    deliver_all(home)
    assert not any(b"another-fund" in content for content in received(home).values())


def test_one_failing_recipient_does_not_stop_the_other_and_is_tried_again(home: Home) -> None:
    made_issue(home, AGREEMENT)
    home.outbox.mkdir(parents=True)
    (home.outbox / "fund").write_text("a file where a folder belongs")
    first = deliver_all(home)
    assert [attempt.receipt.outcome for attempt in first] == ["failed", "delivered"]
    (home.outbox / "fund").unlink()
    (again,) = deliver_all(home)
    assert (again.receipt.to, again.receipt.attempt, again.receipt.outcome) == ("fund", 2, "delivered")
    kept = [json.loads(path.read_text()) for path in sorted(home.receipts.rglob("*.json"))]
    assert sorted(one["outcome"] for one in kept) == ["delivered", "delivered", "failed"]
    assert all(set(one["files"]) == set(FILES) for one in kept)


def test_another_delivery_at_the_place_is_left_alone(home: Home) -> None:
    made_issue(home, AGREEMENT)
    folder = home.outbox / "fund" / AGREEMENT.id / "FY2013-Q3" / "001"
    folder.mkdir(parents=True)
    (folder / "SHA256SUMS").write_text("of another home")
    assert isinstance(deliver_all(home)[0].error, PlaceTaken)
    assert received(home) == {"SHA256SUMS": b"of another home"}


def test_killed_anywhere_and_run_again_it_is_delivered_whole_and_once(tmp_path: Path) -> None:
    """Renames: three files and the list of sums for each recipient, and the receipt of each: ten places to die."""
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    for place in range(1, 12):
        home = Home(tmp_path / f"home-{place}")
        made_issue(home, AGREEMENT)
        command = [sys.executable, "-c", BOMB, str(place), str(home.root)]
        done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)
        assert (done.returncode == -signal.SIGKILL) == (place <= 10), (place, done.stderr)
        if "extract.csv" in received(home) and "SHA256SUMS" in received(home):
            whole({n: c for n, c in received(home).items() if not n.endswith(".part")})
        deliver_all(home)
        for to in ("fund", "ministry"):
            whole(received(home, to))
        outcomes = [json.loads(path.read_text())["outcome"] for path in home.receipts.rglob("*.json")]
        assert outcomes == ["delivered", "delivered"]
        assert deliver_all(home) == []


def test_two_at_once_are_one(home: Home) -> None:
    with only_one(home, f"deliver-{AGREEMENT.id}"), pytest.raises(StoreBusy):
        deliver_all(home)


def test_a_damaged_receipt_delivers_nothing(home: Home) -> None:
    made_issue(home, AGREEMENT)
    deliver_all(home)
    next(home.receipts.rglob("*.json")).write_text("{}")
    with pytest.raises(ReceiptBroken):
        deliver_all(home)


def test_each_issue_has_a_place_of_its_own(home: Home) -> None:
    made_issue(home, AGREEMENT, 1)
    made_issue(home, AGREEMENT, 2, files={**FILES, "extract.csv": b"restated"})
    assert len(deliver_all(home)) == 4
    whole(received(home, number=1))
    assert received(home, number=2)["extract.csv"] == b"restated"


def test_a_corrected_address_holds_for_what_was_issued_before(home: Home) -> None:
    made_issue(home, AGREEMENT)
    (attempt,) = deliver_all(home, agreement_of(Recipient(kind="folder", to="corrected")))
    assert attempt.receipt.to == "corrected"


def test_a_version_the_agreement_no_longer_has_is_read_from_the_issue(home: Home) -> None:
    made_issue(home, AGREEMENT)
    terms = AGREEMENT.versions[0].model_copy(update={"version": 7, "recipients": ()})
    assert len(deliver_all(home, AGREEMENT.model_copy(update={"versions": (terms,)}))) == 2


@pytest.mark.parametrize(
    ("errors", "expected"),
    [([], None), ([None], None), ([TerminalError("a"), TransientError("b")], "b"), ([None, TerminalError("a")], "a")],
)
def test_a_run_fails_with_what_trying_again_may_mend(
    home: Home, errors: Sequence[TerminalError | TransientError | None], expected: str | None
) -> None:
    issue: Issue = made_issue(home, AGREEMENT)
    receipt = deliver_all(home)[0].receipt
    assert issue.state == "issued"
    raised = failure(Attempt(receipt, error) for error in errors)
    assert (raised.where if raised else None) == expected
