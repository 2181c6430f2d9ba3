"""What funders receive, twice: issued before some files came, and issued again after a late file and a correction.

    all samples but LATER ──► DAGs ──► issue 1 of each ──► LATER ──► the same steps ──► issue 2, restated, with causes

Run again, nothing new is delivered and nothing new is issued.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any

from warehouse import pipeline, reporting
from warehouse.extracts.issues import MANIFEST, find_issue, issues_of
from warehouse.extracts.lifecycle import approve
from warehouse.store import versions
from warehouse.store.home import Home

EXTRACTS = (("canada-iom", "FY2013-Q3"), ("justice-fund", "FY2010-Q4"))
# Sample files that come after the first issue: lists nobody had sent, and a corrected one.
LATER = MappingProxyType(
    {
        "iom": ("IOM_kobo_roll-out_2013.csv", "IOM_kobo_refresher_2013_v2.csv", "IOM_kobo_refresher_2013_v2 (1).csv"),
        "ijm": ("IJM_SignIn_PT_2009-03.xlsx",),
    }
)
BY = "demonstration"


@dataclass(frozen=True)
class Extract:
    """What became of one extract.

    Attributes:
        funder: Id of the agreement.
        period: Its period.
        issue: Number of the last issue.
        totals: Its figures without a disaggregation.
        submissions: What each partner sent.
        restated: How it differs from the issue before it, and why; empty for the first.
        reproduced: What came of making the first issue again from what was kept; None before the second.
        folder: Where it lies.
    """

    funder: str
    period: str
    issue: int
    totals: list[dict[str, Any]]
    submissions: list[dict[str, Any]]
    restated: list[dict[str, Any]]
    reproduced: dict[str, Any] | None
    folder: str


def is_first_run(home: Home) -> bool:
    """Return whether nothing was issued yet."""
    return not any(issues_of(home, funder, period) for funder, period in EXTRACTS)


def issue_all(home: Home, on_step: Callable[[str], None]) -> list[Extract]:
    """Draft, approve and issue every extract of the demonstration, and make the first issue of each again."""
    extracts = []
    for funder, period in EXTRACTS:
        on_step(f"{funder} {period}: drafting, approving, issuing")
        drafted = reporting.draft_extract(home, funder, period, datetime.now(UTC))
        if drafted["state"] == "draft":
            approve(home, find_issue(home, funder, period), BY, datetime.now(UTC))
            reporting.issue_extract(home, funder, period, None, BY, datetime.now(UTC))
        reproduced = None
        if drafted["issue"] > 1:
            on_step(f"{funder} {period}: making issue 1 again from what was kept")
            reproduced = reporting.reproduce_issue(home, find_issue(home, funder, period, 1).folder / MANIFEST)
        told = {name: drafted[name] for name in ("issue", "totals", "submissions", "restated", "folder")}
        extracts.append(Extract(funder=funder, period=period, reproduced=reproduced, **told))
    return extracts


def take_in_the_rest(home: Home, on_step: Callable[[str], None]) -> None:
    """Run every step over the files that came later, for the same day as before."""
    day = date.fromisoformat(versions.current(home).manifest()["as_of"])
    steps: tuple[tuple[str, Callable[[], object]], ...] = (
        ("a late file and corrections: ingest", lambda: pipeline.ingest_all(home)),
        ("a late file and corrections: identify", lambda: pipeline.identify(home)),
        ("a late file and corrections: transform", lambda: pipeline.transform(day, home)),
        ("a late file and corrections: audit", lambda: pipeline.audit(home)),
        ("a late file and corrections: publish", lambda: pipeline.publish(home)),
    )
    for label, step in steps:
        on_step(label)
        step()
