"""What is asked about extracts rather than issued: the rows behind a figure, and another rule over the same facts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pyarrow as pa

from warehouse.contract.agreement import Agreement, Terms
from warehouse.contract.agreements import find_agreement, parse
from warehouse.contract.periods import Period, PeriodUnknown, find_period
from warehouse.extracts.compare import compare
from warehouse.extracts.drafting import basis_of
from warehouse.extracts.explain import Question, explain
from warehouse.extracts.issues import IssueUnknown, find_issue
from warehouse.extracts.preparing import Request
from warehouse.store import snapshots
from warehouse.store.home import Home
from warehouse.store.keys import Keys, require_key
from warehouse.store.snapshots import Snapshot


def explain_figure(
    home: Home, extract: tuple[str, str], asked: tuple[str, str, Mapping[str, str]], keys: Keys | None
) -> dict[str, Any]:
    """Return the rows behind a figure: of the last issue, or, where nothing was drafted yet, of the current version.

    Args:
        home: Where everything lies.
        extract: Funder and period.
        asked: Indicator, window, and code by dimension.
        keys: Make the officers' pseudonyms for the funder; None numbers them instead.
    """
    funder, period_text = extract
    snapshot, agreement, issued = _basis(home, funder, period_text)
    terms, period = find_period(agreement, period_text)
    if keys:
        require_key(home, keys)
    pseudonym = keys.for_recipient(agreement.recipient).pseudonymise if keys else None
    with basis_of(home, snapshot) as basis:
        return explain(basis, snapshot, Request(agreement, terms, period, 0), Question(*asked), pseudonym, issued)


def compare_rules(home: Home, one: str, other: str, first: date, last: date) -> dict[str, Any]:
    """Return how two rules judge the trainings that ended between two days of the current version.

    Args:
        home: Where everything lies.
        one: `agreement`, whose last version is meant, or `agreement@version`.
        other: Another.
        first: First day.
        last: Last day, included.
    """
    period = Period(f"{first} to {last}", first, last, first)
    with basis_of(home, snapshots.current(home)) as basis:
        return compare(basis, _rule(home, one), _rule(home, other), period)


def _basis(home: Home, funder: str, period: str) -> tuple[Snapshot, Agreement, pa.Table | None]:
    try:
        issue = find_issue(home, funder, period.upper())
    except IssueUnknown:
        return snapshots.current(home), find_agreement(home.funders, funder), None
    return snapshots.named(home, issue.manifest.snapshot), parse(issue.agreement_text()), issue.result()


def _rule(home: Home, text: str) -> tuple[Agreement, Terms]:
    name, _, version = text.partition("@")
    agreement = find_agreement(home.funders, name)
    if not version:
        return agreement, agreement.versions[-1]
    numbers = {str(terms.version): terms for terms in agreement.versions}
    if version not in numbers:
        expected = f"one of the versions {', '.join(numbers)}"
        raise PeriodUnknown(f"agreement {name}", f"version {version[:20]!r}", expected, f"Write {name}@{max(numbers)}.")
    return agreement, numbers[version]
