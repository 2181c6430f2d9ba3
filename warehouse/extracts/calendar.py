"""What is due: which periods to draft on a day, and which drafts somebody has to be asked about.

Both are read from the issues that lie in the home, so a run that was missed is made good by the next one, and a run
too many does nothing.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from warehouse.contract.agreement import Agreement
from warehouse.contract.agreements import find_agreement
from warehouse.contract.periods import Period, ended_periods
from warehouse.extracts.drafting import draft, told
from warehouse.extracts.issues import Issue, all_issues
from warehouse.store import versions
from warehouse.store.home import Home

REMINDER_DAYS = 7  # a draft that waits is asked about again after so many


def draft_due(home: Home, funder: str, today: date, now: datetime) -> list[dict[str, Any]]:
    """Draft every period that is due and was never drafted; return the drafts as for a report.

    Args:
        home: Where everything lies.
        funder: Id of the agreement.
        today: The day in Cambodia.
        now: When, in UTC.
    """
    agreement = find_agreement(home.funders, funder)
    return [told(draft(home, funder, period.id, now)) for period in due(home, agreement, today)]


def due(home: Home, agreement: Agreement, today: date) -> list[Period]:
    """Return the periods to draft on a day, the earliest first.

    They are those since the last one ever drafted; before the first, the last one alone: what lies before Sala was set
    up is drafted by hand. A period that the published version does not reach yet waits.
    """
    version = versions.current_or_none(home)
    if version is None:
        return []
    reached = date.fromisoformat(version.manifest()["as_of"])
    periods = [period for _, period in ended_periods(agreement, today) if period.ends_on <= reached]
    drafted = {issue.manifest.period for issue in all_issues(home) if issue.manifest.funder == agreement.id}
    last = max((place for place, period in enumerate(periods) if period.id in drafted), default=len(periods) - 2)
    return periods[max(last + 1, 0) :]


def to_ask_about(home: Home, funder: str, now: datetime) -> list[Issue]:
    """Return the drafts to ask the owner about, once a day: those of today, and again each week that they wait."""
    return [
        issue
        for issue in all_issues(home)
        if issue.manifest.funder == funder and issue.state in ("draft", "approved") and _is_day(issue, now)
    ]


def question(issues: list[Issue]) -> str:
    """Return what the owner has to do, as one readable block."""
    lines = ["Nothing leaves before somebody has looked at it."]
    for issue in issues:
        manifest = issue.manifest
        words = f"{manifest.funder} {manifest.period} {manifest.issue}"
        lines += [f"issue {issue.id}: {issue.state}", f"  look at   {issue.folder}"]
        lines += [f"  approve   sala extract approve {words} --by NAME"] if issue.state == "draft" else []
        lines += [f"  issue     sala extract issue {words} --by NAME"]
    return "\n".join([*lines, "What is issued is delivered by the next run, or at once by: sala extract deliver"])


def _is_day(issue: Issue, now: datetime) -> bool:
    drafted = issue.event("draft")
    assert drafted is not None, "every issue was a draft"
    return round((now - datetime.fromisoformat(drafted["at"])) / timedelta(days=1)) % REMINDER_DAYS == 0
