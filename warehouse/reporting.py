"""From a published version to the funders: each function is what a DAG task or a command calls in one line.

    draft ──► (somebody approves) ──► issue ──► deliver        and asked of them: explain, compare, reproduce

Every one may be run twice or be killed and run again: it finds out from the files what is left to do.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from warehouse.store.home import Home
from warehouse.store.keys import load_keys

if TYPE_CHECKING:
    from pathlib import Path

    from warehouse.connectors.connection import Connections


def draft_extract(home: Home, funder: str, period: str, now: datetime) -> dict[str, Any]:
    """Draft what a funder receives for a period, from the current version; the same again where nothing changed."""
    from warehouse.extracts.drafting import draft, told

    return told(draft(home, funder, period, now))


def issue_extract(home: Home, funder: str, period: str, issue: int | None, by: str, now: datetime) -> None:
    """Issue what was approved; without a number the last one."""
    from warehouse.extracts.issuing import issue_approved

    issue_approved(home, funder, period, issue, by, now)


def draft_due_extracts(home: Home, funder: str, today: date, now: datetime) -> list[dict[str, Any]]:
    """Draft every period of an agreement that is due on a day and was never drafted."""
    from warehouse.extracts.calendar import draft_due

    return draft_due(home, funder, today, now)


def deliver_extracts(home: Home, funder: str, connections: Connections, now: datetime) -> list[dict[str, Any]]:
    """Deliver what was issued and has no receipt yet; raise, when all was tried, if something failed."""
    from warehouse.extracts.delivery import deliver_issued

    return [receipt.as_dict() for receipt in deliver_issued(home, funder, connections, now)]


def reproduce_issue(home: Home, manifest: Path) -> dict[str, Any]:
    """Make an issue again from what was kept, and tell for each file whether it came out the same.

    Raises:
        NotReproduced: Something came out differently; it says what is no longer as it was.
    """
    from warehouse.extracts.reproduce import reproduce

    found = reproduce(home, manifest)
    if error := found.error():
        raise error
    return found.as_dict()


def audit_issued(home: Home) -> list[dict[str, Any]]:
    """Attack everything ever issued: return each hidden figure and difference with the bounds a reader can reckon."""
    from warehouse.extracts.attacking import attack_issued

    return attack_issued(home)


def explain_figure(
    home: Home, funder: str, period: str, indicator: str, window: str, cell: dict[str, str], with_pseudonyms: bool
) -> dict[str, Any]:
    """Return the rows behind a figure; officers bear the pseudonyms of the funder's own key, or numbers."""
    from warehouse.extracts.asking import explain_figure as explain

    return explain(home, (funder, period), (indicator, window, cell), load_keys() if with_pseudonyms else None)


def compare_rules(home: Home, one: str, other: str, first: date, last: date) -> dict[str, Any]:
    """Return how many officers two rules judge differently, and why; a rule is `agreement` or `agreement@version`."""
    from warehouse.extracts.asking import compare_rules as compare

    return compare(home, one, other, first, last)
