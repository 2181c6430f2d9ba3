"""Decisions that cannot all be true: two persons held apart whom a chain of other decisions joins."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from warehouse.identity.decision_rules import NOT_SAME, SAME


class Decided(Protocol):
    """What is needed of a decision here."""

    @property
    def pair(self) -> tuple[str, str]:
        """The two persons."""
        ...

    @property
    def verdict(self) -> str:
        """What was decided."""
        ...

    @property
    def line(self) -> int:
        """Where it stands."""
        ...


@dataclass(frozen=True)
class Contradiction:
    """A decision that holds two persons apart, and the chain of decisions that joins them.

    Attributes:
        apart: The line that holds them apart.
        joined: The lines of the shortest chain that joins them, in its order.
    """

    apart: int
    joined: tuple[int, ...]

    def told(self, lines: int) -> str:
        """Return the contradiction in one line; decisions beyond the file's last line are new ones."""
        chain = " and ".join(_named(line, lines) for line in self.joined)
        return f"{_named(self.apart, lines)} says not same, {chain} say same"


def contradictions(decisions: Iterable[Decided]) -> list[Contradiction]:
    """Return every pair held apart that is joined, in the order of the lines.

    Args:
        decisions: Those in force: at most one about each pair.
    """
    joined: dict[str, dict[str, int]] = defaultdict(dict)
    apart = list[Decided]()
    for each in decisions:
        left, right = each.pair
        if each.verdict == SAME:
            joined[left][right] = joined[right][left] = each.line
        elif each.verdict == NOT_SAME:
            apart.append(each)
    chains = ((each.line, _chain(joined, *each.pair)) for each in sorted(apart, key=lambda each: each.line))
    return [Contradiction(line, chain) for line, chain in chains if chain]


def _chain(joined: dict[str, dict[str, int]], start: str, end: str) -> tuple[int, ...]:
    """Return the lines of a shortest way between two persons, empty when there is none."""
    came_by: dict[str, tuple[str, int]] = {start: ("", 0)}
    waiting = deque([start])
    while waiting and end not in came_by:
        person = waiting.popleft()
        for other, line in sorted(joined.get(person, {}).items()):
            if other not in came_by:
                came_by[other] = person, line
                waiting.append(other)
    lines, person = list[int](), end if end in came_by else start
    while person != start:
        person, line = came_by[person]
        lines.insert(0, line)
    return tuple(lines)


def _named(line: int, lines: int) -> str:
    return f"line {line}" if line <= lines else "a new decision"
