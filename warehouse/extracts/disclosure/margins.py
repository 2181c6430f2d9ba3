"""Laws between tables: windows that contain each other, issues that restate each other, funders who share facts.

The difference of two figures is a figure: cumulative minus period is who came before, an issue minus an earlier one is
who was added. Where both are shown and differ by fewer people than may be shown, the difference becomes a number of
its own that must not stay narrow.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import combinations, pairwise, permutations

from warehouse.extracts.disclosure.cells import WHOLE, Cell
from warehouse.extracts.disclosure.issued import Issued, Scope
from warehouse.extracts.disclosure.relations import Facts

_DAY = timedelta(days=1)

Span = tuple[date, date]


@dataclass(frozen=True)
class _Line:
    """Numbers that differ in nothing but span and issue.

    Attributes:
        scope: The facts they are counted from.
        issued: For each span, the issues that hold it, in order, and its number in each.
    """

    scope: Scope
    issued: Mapping[Span, Sequence[tuple[int, int]]]

    @property
    def latest(self) -> dict[Span, int]:
        """The number of each span in the last issue that holds it."""
        return {span: numbers[-1][1] for span, numbers in self.issued.items()}


def relate_issues(facts: Facts, issues: Sequence[Issued], minimum: int, suppose: bool) -> None:
    """Add the laws between tables.

    Args:
        facts: The numbers; laws are added to it.
        issues: In the order in which they were issued.
        minimum: Fewest people a difference may show.
        suppose: Whether to add what a reader can only suppose.
    """
    for lines in _lines(facts, issues):
        for line in lines:
            if suppose:
                _restated(facts, issues, line)
            _differences_of_issues(facts, issues, line, minimum)
            _windows(facts, line, minimum, suppose)
        for narrow, broad in permutations(lines, 2):
            _nested(facts, narrow, broad, minimum, suppose)


def _lines(facts: Facts, issues: Sequence[Issued]) -> list[list[_Line]]:
    """Return the numbers of each cell, whatever the issue and the span, by the scope they are counted in."""
    found: dict[Cell, dict[Scope, dict[Span, list[tuple[int, int]]]]] = {}
    for cell, number in facts.numbers.items():
        if facts.shown[number].kind in ("persons", "count", "sum"):
            anywhere = replace(cell, source=0, span=(date.min, date.min))
            scope = issues[cell.source].scope(cell.quantity.partition(".")[0])
            spans = found.setdefault(anywhere, {}).setdefault(scope, defaultdict(list))
            spans[cell.span].append((cell.source, number))
    return [
        [_Line(scope, {span: sorted(numbers) for span, numbers in spans.items()}) for scope, spans in scopes.items()]
        for scopes in found.values()
    ]


def _restated(facts: Facts, issues: Sequence[Issued], line: _Line) -> None:
    """Suppose that nothing changed from issue to issue, or from funder to funder, unless the figures say so.

    A figure that an issue shows and a later one suppresses has changed, for all a reader knows.
    """
    known = facts.knowledge.known
    for numbers in line.issued.values():
        for (source, before), (later, after) in pairwise(numbers):
            restates = _restates(issues[source], issues[later])
            taken_back = restates and known[before] is not None and known[after] is None
            if not taken_back and (known[before] is None or known[after] is None):
                facts.knowledge.equal(after, [before], certain=False)


def _differences_of_issues(facts: Facts, issues: Sequence[Issued], line: _Line, minimum: int) -> None:
    known = facts.knowledge.known
    for numbers in line.issued.values():
        for (source, before), (later, after) in combinations(numbers, 2):
            _difference(facts, after, before, minimum, "issue minus earlier issue")
            if _restates(issues[source], issues[later]) and known[after] == known[before] is not None:
                facts.unchanged.add(after)


def _restates(one: Issued, other: Issued) -> bool:
    return (one.funder, one.period) == (other.funder, other.period)


def _windows(facts: Facts, line: _Line, minimum: int, suppose: bool) -> None:
    """Relate what is counted up to a day with what is counted between two days."""
    latest = line.latest
    for first in sorted({start for start, _ in latest}):
        upto = {end: number for (start, end), number in latest.items() if start == first}
        within = sorted(span for span in latest if span[0] > first and span[1] in upto)
        if not within:
            continue
        for earlier, later in pairwise(sorted(upto)):
            _difference(facts, upto[later], upto[earlier], minimum, "cumulative minus earlier cumulative")
        for start, end in within:
            _difference(facts, upto[end], latest[start, end], minimum, "cumulative minus period")
            _window(facts, line.scope, (upto, latest[start, end], start, end), suppose)


def _window(facts: Facts, scope: Scope, at: tuple[dict[date, int], int, date, date], suppose: bool) -> None:
    upto, part, start, end = at
    whole, before = upto[end], upto.get(start - _DAY)
    shown = facts.shown[part]
    if not facts.is_open([n for n in (part, whole, before) if n is not None], shown.cell.source):
        return
    if before is None:
        before = upto[start - _DAY] = facts.knowledge.number(None, 0, shown.kind in WHOLE)
        facts.shown[before] = facts.shown[whole]
        if shown.is_people and shown.additive:
            facts.small[before] = "before the period"
    is_figure = "." not in shown.cell.quantity
    if is_figure or suppose:
        facts.knowledge.at_most(part, [whole], certain=is_figure)
        facts.knowledge.at_most(before, [whole], certain=is_figure)
    once = scope.unique == "ever" and shown.kind == "persons" and is_figure
    once_for_certain = once and set(shown.cell.grouping) <= {"sex"}
    if shown.additive or once_for_certain or (once and suppose):
        facts.knowledge.equal(whole, [before, part], certain=shown.additive or once_for_certain)
    elif scope.unique is None and is_figure:
        facts.knowledge.at_most(whole, [before, part])


def _nested(facts: Facts, narrow: _Line, broad: _Line, minimum: int, suppose: bool) -> None:
    """Relate an extract with another of more programmes, partners or people.

    Only attendance: who is trained for the first time within more programmes may be so in another period.
    """
    if not narrow.scope.within(broad.scope) or narrow.scope.unique is not None:
        return
    less, more = narrow.latest, broad.latest
    for span in sorted(less.keys() & more.keys()):
        _difference(facts, more[span], less[span], minimum, "one funder's extract minus another's")
        if suppose and facts.is_open([less[span], more[span]]):
            facts.knowledge.at_most(less[span], [more[span]], certain=False)


def _difference(facts: Facts, whole: int, part: int, minimum: int, name: str) -> None:
    """Add a difference of two figures that are shown, where it is of too few people.

    Where one of the two is hidden and its bounds are wide, so are those of the difference; where one is zero, the other
    is the small cell.
    """
    one, other = facts.knowledge.known[whole], facts.knowledge.known[part]
    if not one or not other or not facts.shown[whole].is_people or not 0 < abs(one - other) < minimum:
        return
    number = facts.knowledge.number(None, -math.inf)
    facts.small[number], facts.shown[number] = name, facts.shown[whole]
    facts.knowledge.law([(number, 1), (whole, -1), (part, 1)], 0, 0)
