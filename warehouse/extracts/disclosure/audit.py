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
class Watch:
    """Something that must stay unknown.

    Attributes:
        what: What it is.
        cell: Where it stands.
        numbers: Its numbers, of which one must have bounds further apart than the width.
        row: The suppressed figure; None for a difference.
        only_if_small: Whether close bounds are no harm where no small number lies between them.
    """

    what: str
    cell: Cell
    numbers: tuple[int, ...]
    row: Row | None
    only_if_small: bool = False


@dataclass(frozen=True)
class Finding:
    """The bounds of something that must not be known.

    Attributes:
        what: `suppressed` for a suppressed figure, otherwise people in one, or which difference it is.
        funder: Whose extract it stands in; of a difference, the later one's.
        period: Id of the period.
        issue: Number of the issue.
        row: Index of the figure in its table; None for a difference.
        cell: Where it stands.
        interval: Its exact bounds; of a rate, those of the number that is least known.
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
    """Return the exact bounds of every suppressed figure, of the people in it, and of differences of few people.

    Args:
        issued: Everything ever issued, as issued, in that order, of all funders.
        rule: The rule to hold it against, such as :func:`strictest` of all agreements.
        suppose: Whether the attacker also supposes what is likely but not certain; see relations.py.
    """
    attack, watches = _attacked(issued, rule, suppose)
    return [_finding(issued, attack, watch, rule) for watch in watches]


def exposed(issued: Sequence[Issued], rule: Disclosure) -> int:
    """Return how many of the findings of :func:`audit` are not safe, without reckoning how safe the others are."""
    attack, watches = _attacked(issued, rule, suppose=True)
    return sum(bool(endangered(attack, watch, rule)) for watch in watches)


def _attacked(issued: Sequence[Issued], rule: Disclosure, suppose: bool) -> tuple[Attack, list[Watch]]:
    rows = [row for source, one in enumerate(issued) for row in rows_of(source, one)]
    facts = relate(rows, issued, None, rule, suppose)
    attack, watches = Attack(facts.knowledge), list(watched(facts))
    attack.spread([number for watch in watches for number in watch.numbers], rule.width)
    return attack, watches


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


def watched(facts: Facts) -> Iterator[Watch]:
    """Yield what must stay unknown: every suppressed figure, the people in it, and differences of few people."""
    for row in facts.rows:
        if row.hidden:
            numbers = tuple(facts.numbers[shown.cell] for shown in row.numbers)
            yield Watch("suppressed", row.numbers[0].cell, numbers if row.is_rate else numbers[:1], row)
            for number in facts.numbers_of[row.source, row.place]:
                if facts.shown[number].is_people:
                    yield Watch("people in a suppressed figure", facts.shown[number].cell, (number,), row, True)
    for number, what in facts.small.items():
        yield Watch(what, facts.shown[number].cell, (number,), None, True)


def endangered(attack: Attack, watch: Watch, rule: Disclosure) -> list[int]:
    """Return the numbers of which one must get further bounds; none where what is watched is safe."""
    if any(attack.is_wide(number, rule.width) for number in watch.numbers):
        return []
    if watch.only_if_small and not any(_may_show_few(attack, number, rule.minimum) for number in watch.numbers):
        return []
    return list(watch.numbers)


def _may_show_few(attack: Attack, number: int, minimum: int) -> bool:
    return _may_be_small(attack.outer(number), minimum) and _may_be_small(attack.interval(number), minimum)


def _may_be_small(interval: Interval, minimum: int) -> bool:
    """Return whether some number of one person or more, but fewer than the minimum, lies within bounds."""
    if interval.low is None or interval.high is None:
        return False
    nearest = 0 if interval.low <= 0 <= interval.high else min(abs(interval.low), abs(interval.high))
    return nearest < minimum and max(abs(interval.low), abs(interval.high)) >= 1


def _finding(issued: Sequence[Issued], attack: Attack, watch: Watch, rule: Disclosure) -> Finding:
    one = issued[watch.cell.source]
    return Finding(
        what=watch.what,
        funder=one.funder,
        period=one.period.id,
        issue=one.issue,
        row=watch.row.place if watch.row else None,
        cell=watch.cell,
        interval=max((attack.interval(number) for number in watch.numbers), key=lambda found: found.extent),
        is_safe=not endangered(attack, watch, rule),
    )
