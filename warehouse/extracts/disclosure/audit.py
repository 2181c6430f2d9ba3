"""Everything ever issued, as an attacker sees it: between which bounds does each suppressed figure lie?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from warehouse.contract.agreement import Disclosure
from warehouse.extracts.disclosure.attack import Attack, Interval
from warehouse.extracts.disclosure.cells import Cell, Row, rows_of
from warehouse.extracts.disclosure.issued import Issued
from warehouse.extracts.disclosure.margins import relate_issues
from warehouse.extracts.disclosure.relations import Facts, read_rows, relate_tables


@dataclass(frozen=True)
class Finding:
    """The bounds of one number that must not be known.

    Attributes:
        what: `suppressed` for a suppressed figure, else which difference of shown figures it is.
        funder: Whose extract it stands in; of a difference, the later one's.
        period: Id of the period.
        issue: Number of the issue.
        row: Index of the figure in its table; None for a difference.
        cell: Where it stands.
        interval: Its exact bounds.
        is_safe: Whether these are further apart than the rule's width.
    """

    what: str
    funder: str
    period: str
    issue: int
    row: int | None
    cell: Cell
    interval: Interval
    is_safe: bool


def audit(issued: Sequence[Issued], rule: Disclosure, suppose: bool = True) -> list[Finding]:
    """Return the exact bounds of every suppressed figure, and of every difference that is too small to show.

    Args:
        issued: Everything ever issued, as issued, in that order, of all funders.
        rule: The rule to hold it against, such as :func:`strictest` of all agreements.
        suppose: Whether the attacker also supposes what is likely but not certain; see relations.py.
    """
    rows = [row for source, one in enumerate(issued) for row in rows_of(source, one)]
    facts = relate(rows, issued, None, rule, suppose)
    attack = Attack(facts.knowledge)
    return [
        _finding(facts, issued, attack, number, row, rule)
        for number, row in watched(facts)
        if row is not None or number in facts.small
    ]


def relate(
    rows: Sequence[Row], issued: Sequence[Issued], fluid: int | None, rule: Disclosure, suppose: bool = True
) -> Facts:
    """Return what a reader of all rows knows.

    Args:
        rows: Of every issue.
        issued: The issues.
        fluid: Index of the issue that may still be suppressed; None when all is issued.
        rule: Says which differences are small.
        suppose: Whether the reader also supposes what is not certain.
    """
    facts = read_rows(rows, fluid)
    relate_tables(facts, suppose)
    relate_issues(facts, issued, rule.minimum, suppose)
    return facts


def watched(facts: Facts) -> Iterator[tuple[int, Row | None]]:
    """Yield the numbers that must stay wide: of each suppressed figure, with its row, and of small differences."""
    for row in facts.rows:
        if row.hidden:
            yield facts.numbers[row.numbers[0].cell], row
    for number in facts.small:
        yield number, None


def is_endangered(facts: Facts, attack: Attack, number: int, rule: Disclosure) -> bool:
    """Return whether a number's bounds are too close; those of a difference may be, where it is not small."""
    if attack.is_wide(number, rule.width):
        return False
    if number not in facts.small:
        return True
    interval = attack.interval(number)
    low, high = interval.low, interval.high
    if low is None or high is None:
        return False
    least = 0 if low <= 0 <= high else min(abs(low), abs(high))
    return max(abs(low), abs(high)) >= 1 and least < rule.minimum


def _finding(
    facts: Facts, issued: Sequence[Issued], attack: Attack, number: int, row: Row | None, rule: Disclosure
) -> Finding:
    cell = row.numbers[0].cell if row else facts.shown[number].cell
    one = issued[cell.source]
    return Finding(
        what=facts.small.get(number, "suppressed") if row is None else "suppressed",
        funder=one.funder,
        period=one.period.id,
        issue=one.issue,
        row=row.place if row else None,
        cell=cell,
        interval=attack.interval(number),
        is_safe=not is_endangered(facts, attack, number, rule),
    )
