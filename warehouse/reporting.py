"""From the warehouse to those outside: each function is what a DAG task or a command calls in one line.

    to funders     draft ──► (somebody approves) ──► issue ──► deliver       and asked: explain, compare, reproduce
    to partners    give back: what was refused of their deliveries, to mend

Every one may be run twice or be killed and run again: it finds out from the files what is left to do.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from warehouse.store.home import Home
from warehouse.store.keys import load_keys

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from warehouse.connectors.connection import Connections
    from warehouse.returns.run import Written


def give_back(
    home: Home,
    connections: Connections,
    now: datetime,
    partner: str | None = None,
    on_pack: Callable[[Written], None] = lambda _: None,
) -> list[dict[str, Any]]:
    """Write the return packs that are missing, deliver those with somewhere to go, and return all packs there are.

    Args:
        home: Whose deliveries.
        connections: Gives a connection by its name.
        now: The time that receipts bear.
        partner: Only this one's; None for all.
        on_pack: Told of each pack.

    Raises:
        TransientError: When all was tried: something that trying again may mend.
        TerminalError: Something that it cannot.
    """
    from warehouse.contract import check_contracts, find
    from warehouse.extracts.delivery import failure
    from warehouse.returns.delivering import deliver_packs
    from warehouse.returns.run import write_packs

    contracts = check_contracts(home.contracts)[0]
    contracts = (find(contracts, partner),) if partner else contracts
    packs = write_packs(home, contracts, load_keys(), on_pack)
    attempts = [one for c in contracts for one in deliver_packs(home, c, packs, connections, now)]
    if error := failure(attempts):
        raise error
    return [pack.as_dict() for pack in packs]


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
