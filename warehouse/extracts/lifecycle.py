"""draft ──► approved ──► issued: who may say so, and what must still hold when it is said.

Issuing writes the figures into the ledger of issued figures, which is only ever added to. Killed anywhere, a step done
again ends what was begun: files are written before the event that says so, and each is written once.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import ClassVar

import pyarrow as pa

from warehouse.errors import TerminalError
from warehouse.extracts.issues import Issue, all_issues, issues_of
from warehouse.store.figures import ISSUED_FIGURES
from warehouse.store.files import only_one, write_parquet
from warehouse.store.home import Home


class NotADraft(TerminalError):
    """The issue is not in the state that this step begins with."""

    code: ClassVar[str] = "SALA-X006"
    title: ClassVar[str] = "This issue cannot take this step"


class DraftExposed(TerminalError):
    """What was issued before gives away figures of the draft that must stay hidden."""

    code: ClassVar[str] = "SALA-X013"
    title: ClassVar[str] = "People could be recognised from this draft"


class DraftOutdated(TerminalError):
    """Something was issued since the draft was made, which its disclosure control has not seen."""

    code: ClassVar[str] = "SALA-X007"
    title: ClassVar[str] = "The draft is older than what was issued since"


def approve(home: Home, issue: Issue, by: str, at: datetime, note: str = "") -> None:
    """Approve a draft.

    Args:
        home: Where it lies.
        issue: The draft.
        by: Who approves it, as it is to stand in the record.
        at: When, in UTC.
        note: Why, if there is anything to say.

    Raises:
        NotADraft: It was withdrawn or issued.
        IssueChanged: A file is not what was drafted.
        DraftOutdated: Another issue came out since.
        DraftExposed: Hidden figures of it could be reckoned all the same.
    """
    with only_one(home, "extracts"):
        _expect(issue, ("draft", "approved"))
        issue.verify()
        _expect_unexposed(issue)
        _still_current(home, issue)
        issue.record(home, "approved", at, by, note)


def release(home: Home, issue: Issue, by: str, at: datetime) -> None:
    """Issue what was approved: its figures enter the ledger of issued figures.

    Raises:
        NotADraft: It is not approved.
        IssueChanged: A file is not what was approved.
        DraftOutdated: Another issue came out since.
    """
    with only_one(home, "extracts"):
        _expect(issue, ("approved", "issued"))
        issue.verify()
        if issue.state == "approved":
            _still_current(home, issue)
            write_parquet(home, file := ledger_file(home, issue), ledger_rows(issue, at))
            if (restated := issue.restated()) is not None:
                write_parquet(home, home.restated_figures / file.name, restated)
            issue.record(home, "issued", at, by)


def withdraw_drafts(home: Home, funder: str, period: str, by: str, at: datetime, note: str) -> None:
    """Withdraw what was drafted or approved and not issued: another draft takes its place."""
    for issue in issues_of(home, funder, period):
        if issue.state in ("draft", "approved"):
            issue.record(home, "withdrawn", at, by, note)


def issued(home: Home) -> list[Issue]:
    """Return everything ever issued, in the order in which it was."""
    there = [issue for issue in all_issues(home) if issue.state == "issued"]
    return sorted(there, key=lambda issue: ((issue.event("issued") or {})["at"], issue.id))


def ledger_rows(issue: Issue, at: datetime) -> pa.Table:
    """Return an issue's figures as the ledger of issued figures keeps them."""
    table, rows = issue.result(), issue.result().num_rows
    added = {"issue": pa.array([issue.manifest.issue] * rows, pa.int32()), "version": [issue.manifest.version] * rows}
    added["issued_at"] = pa.array([at] * rows, pa.timestamp("us", tz="UTC"))
    for name, column in added.items():
        table = table.append_column(name, column if isinstance(column, pa.Array) else pa.array(column, pa.string()))
    return table.select(ISSUED_FIGURES.names).cast(ISSUED_FIGURES)


def ledger_file(home: Home, issue: Issue) -> Path:
    """Return where an issue's figures lie in the ledger."""
    m = issue.manifest
    return home.issued_figures / f"{m.funder}--{m.period}--{m.issue:03d}.parquet"


def _expect(issue: Issue, states: tuple[str, ...]) -> None:
    if issue.state not in states:
        expected = f"one that is {' or '.join(states)}"
        action = f"sala extract list {issue.manifest.funder} shows what there is."
        raise NotADraft(f"issue {issue.id}", f"it is {issue.state}", expected, action)


def _expect_unexposed(issue: Issue) -> None:
    if exposed := issue.manifest.hidden["exposed"]:
        raise DraftExposed(
            f"issue {issue.id}",
            f"{exposed} hidden figures or differences that readers of everything issued could reckon",
            "none",
            "Agree on coarser disaggregations in a new version of the agreement, and draft again.",
        )


def _still_current(home: Home, issue: Issue) -> None:
    if newer := sorted({one.id for one in issued(home)} - set(issue.manifest.history) - {issue.id}):
        raise DraftOutdated(
            f"issue {issue.id}",
            f"issued since: {', '.join(newer)}",
            "a draft whose small figures were protected against everything issued",
            f"Draft it again: sala extract {issue.manifest.funder} {issue.manifest.period}",
        )
