"""Issue what was approved, then tell the lineage: done again, either part that is done already is left alone."""

from __future__ import annotations

from datetime import datetime

from warehouse.extracts import lineage
from warehouse.extracts.issues import find_issue
from warehouse.extracts.lifecycle import release
from warehouse.store.home import Home


def issue_approved(home: Home, funder: str, period: str, number: int | None, by: str, at: datetime) -> None:
    """Issue an approved draft; without a number the last one.

    Raises:
        IssueUnknown: There is none.
        NotADraft: It is not approved.
        IssueChanged: A file is not what was approved.
        DraftOutdated: Another issue came out since.
    """
    issue = find_issue(home, funder, period, number)
    release(home, issue, by, at)
    lineage.tell(home, issue)
