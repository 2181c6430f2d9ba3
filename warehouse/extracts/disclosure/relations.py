"""Laws within one table: margins, outcomes, and what its indicators have to do with each other.

Distinct people add up over sex, which is one per person; over other dimensions a total lies between its largest part
and the sum of its parts. A reader may suppose more: that nobody serves in two provinces, so that the parts add up
after all; that two indicators which agree wherever both are shown agree where they are hidden. Such suppositions are
laws as well, not certain, and given up where the figures contradict them.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import permutations

from warehouse.extracts.disclosure.cells import WHOLE, Cell, Row, Shown
from warehouse.extracts.disclosure.knowledge import Knowledge

_ONE_PER_PERSON = frozenset({"sex"})
_OF_PERSONS = frozenset({"persons", "outcome", "count", "sum"})  # whatever belongs to one person each
_MANY_PER_PERSON = frozenset({"module_id", "topic"})
_EVIDENCE = 3  # places where two indicators agree, and are not zero, before a reader supposes that they always do

Place = tuple[int, tuple[date, date], tuple[str, ...], tuple[str, ...]]


@dataclass
class Facts:
    """Everything issued, as numbers and laws.

    Attributes:
        knowledge: The numbers and laws.
        rows: Every figure that concerns people.
        fluid: Index of the issue whose figures may still be hidden; None when all is issued.
        numbers: Index of each cell's number.
        shown: What each of these numbers is.
        observers: The rows that show it, or would.
        numbers_of: The numbers of each row, by its source and place.
        small: Numbers that count people without standing in a table, such as differences between tables.
        unchanged: Numbers that an earlier issue of the same extract shows, just as they are.
    """

    knowledge: Knowledge
    rows: Sequence[Row]
    fluid: int | None
    numbers: dict[Cell, int] = field(default_factory=dict)
    shown: dict[int, Shown] = field(default_factory=dict)
    observers: dict[int, list[Row]] = field(default_factory=lambda: defaultdict(list))
    numbers_of: dict[tuple[int, int], list[int]] = field(default_factory=lambda: defaultdict(list))
    small: dict[int, str] = field(default_factory=dict)
    unchanged: set[int] = field(default_factory=set)

    def observe(self, row: Row, number: int) -> None:
        """Take note that a row shows a number, or would."""
        self.observers[number].append(row)
        self.numbers_of[row.source, row.place].append(number)

    def is_open(self, numbers: Iterable[int], source: int | None = None) -> bool:
        """Return whether a law of these numbers can matter: one is hidden, or may be."""
        return source == self.fluid or any(self.knowledge.known[number] is None for number in numbers)


def read_rows(rows: Sequence[Row], fluid: int | None) -> Facts:
    """Return every number of the rows, each once, without laws between them."""
    facts = Facts(Knowledge(), rows, fluid)
    for row in rows:
        for position, shown in enumerate(row.numbers):
            number = facts.numbers.get(shown.cell)
            if number is None:
                number = facts.knowledge.number(shown.value, _least(row, position), shown.kind in WHOLE)
                facts.numbers[shown.cell] = number
                facts.shown[number] = shown
            elif facts.knowledge.known[number] is None:
                facts.knowledge.known[number] = shown.value
            facts.observe(row, number)
    return facts


def _least(row: Row, position: int) -> float:
    """Return the least value of a number: where a row is suppressed, somebody is counted in it."""
    shown = row.numbers[position]
    if shown.kind == "part":
        return -math.inf
    if not row.hidden and not shown.value:
        return 0
    alone = len(row.numbers) == 1 or shown.kind == "divisor"
    return 1 if shown.is_people and (alone or row.numbers[0].kind == "sum") else 0


def relate_tables(facts: Facts, suppose: bool) -> None:
    """Add the laws within each table.

    Args:
        facts: The numbers; laws are added to it.
        suppose: Whether to add what a reader can only suppose.
    """
    _outcomes(facts)
    tables: dict[tuple[int, str, tuple[date, date]], list[Cell]] = defaultdict(list)
    for cell in facts.numbers:
        tables[cell.source, cell.quantity, cell.span].append(cell)
    for (source, _, _), cells in tables.items():
        for parent, children, step in _margins(cells):
            _margin(facts, source, (parent, children), step, suppose)
    if suppose:
        _agreements(facts)


def _outcomes(facts: Facts) -> None:
    """Add who was looked at: met, not met and undecided; one at least where suppressed."""
    for row in facts.rows:
        parts = [shown for shown in row.numbers if shown is row.numbers[0] or shown.kind == "outcome"]
        numbers = [facts.numbers[shown.cell] for shown in parts]
        if len(parts) < 2 or not facts.is_open(numbers, row.source):
            continue
        known = [facts.knowledge.known[number] for number in numbers]
        value = None if None in known else math.fsum(part for part in known if part is not None)
        looked_at = Shown(parts[0].cell.of("considered"), value, parts[0].kind, parts[0].additive, True)
        number = facts.knowledge.number(value, 0 if value == 0 else 1)
        facts.numbers[looked_at.cell], facts.shown[number] = number, looked_at
        facts.observe(row, number)
        facts.knowledge.equal(number, numbers)


def _margins(cells: Sequence[Cell]) -> Iterator[tuple[Cell, list[Cell], frozenset[str]]]:
    """Yield each cell, those that divide it, and the dimensions by which they do."""
    groupings: dict[tuple[str, ...], list[Cell]] = defaultdict(list)
    for cell in cells:
        groupings[cell.grouping].append(cell)
    for coarse in groupings:
        finer = [set(g) for g in groupings if set(coarse) < set(g)]
        for fine, children in groupings.items():
            if set(coarse) < set(fine) and not any(between < set(fine) for between in finer):
                keep = [fine.index(name) for name in coarse]
                parts: dict[tuple[str, ...], list[Cell]] = defaultdict(list)
                for child in children:
                    parts[tuple(child.values[place] for place in keep)].append(child)
                for parent in groupings[coarse]:
                    yield parent, parts[parent.values], frozenset(fine) - frozenset(coarse)


def _margin(facts: Facts, source: int, line: tuple[Cell, list[Cell]], step: frozenset[str], suppose: bool) -> None:
    whole, parts = facts.numbers[line[0]], [facts.numbers[cell] for cell in line[1]]
    if not parts or not facts.is_open([whole, *parts], source):
        return
    shown = facts.shown[whole]
    if shown.additive or (step <= _ONE_PER_PERSON and shown.kind in _OF_PERSONS):
        facts.knowledge.equal(whole, parts)
        return
    if shown.kind in ("persons", "count"):
        facts.knowledge.at_most(whole, parts)
        for part in parts:
            facts.knowledge.at_most(part, [whole])
    if suppose and not step & _MANY_PER_PERSON:
        facts.knowledge.equal(whole, parts, certain=False)


def _agreements(facts: Facts) -> None:
    """Suppose that quantities which agree wherever both are shown always agree, and that order is kept likewise."""
    places: dict[Place, dict[str, int]] = defaultdict(dict)
    for cell, number in facts.numbers.items():
        if facts.shown[number].kind in ("persons", "count"):
            places[cell.source, cell.span, cell.grouping, cell.values][cell.quantity] = number
    for (less, more), is_equal in _observed(facts.knowledge, places).items():
        for (source, *_), numbers in places.items():
            if less in numbers and more in numbers:
                pair = [numbers[less], numbers[more]]
                if facts.is_open(pair, source):
                    say = facts.knowledge.equal if is_equal else facts.knowledge.at_most
                    say(pair[0], pair[1:], False)


def _observed(knowledge: Knowledge, places: Mapping[Place, Mapping[str, int]]) -> dict[tuple[str, str], bool]:
    """Return the pairs of quantities of which one is never the larger, and whether they are always equal."""
    seen: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for numbers in places.values():
        known = [(name, value) for name, n in numbers.items() if (value := knowledge.known[n]) is not None and value]
        for (less, low), (more, high) in permutations(known, 2):
            seen[less, more][(low > high) - (low < high) + 1] += 1
    found: dict[tuple[str, str], bool] = {}
    for (less, more), (below, same, above) in seen.items():
        if above == 0 and below + same >= _EVIDENCE and not (below == 0 and less > more):
            found[less, more] = below == 0
    return found
