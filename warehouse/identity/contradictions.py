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
        """Where it stands; 0 for one that is new."""
        ...

    @property
    def named(self) -> str:
        """What to call it."""
        ...


@dataclass(frozen=True)
class Contradiction:
    """A decision that holds two persons apart, and the decisions that join them.

    Attributes:
        apart: The one that holds them apart.
        joined: The shortest chain that joins them, in its order.
    """

    apart: Decided
    joined: tuple[Decided, ...]

    @property
    def told(self) -> str:
        """The contradiction in one line."""
        chain = " and ".join(each.named for each in self.joined)
        return f"{self.apart.named} says not same, {chain} say same"


def contradictions(decisions: Iterable[Decided]) -> list[Contradiction]:
    """Return every pair held apart that is joined, in the order of the lines.

    Args:
        decisions: Those in force: at most one about each pair.
    """
    joined: dict[str, dict[str, Decided]] = defaultdict(dict)
    apart = list[Decided]()
    for each in decisions:
        left, right = each.pair
        if each.verdict == SAME:
            joined[left][right] = joined[right][left] = each
        elif each.verdict == NOT_SAME:
            apart.append(each)
    chains = ((each, _chain(joined, *each.pair)) for each in sorted(apart, key=lambda each: (not each.line, each.line)))
    return [Contradiction(each, chain) for each, chain in chains if chain]


def _chain(joined: dict[str, dict[str, Decided]], start: str, end: str) -> tuple[Decided, ...]:
    """Return a shortest way between two persons, empty when there is none."""
    came_by: dict[str, tuple[str, Decided]] = {}
    waiting = deque([start])
    while waiting and end not in came_by:
        person = waiting.popleft()
        for other, each in sorted(joined.get(person, {}).items()):
            if other not in came_by and other != start:
                came_by[other] = person, each
                waiting.append(other)
    way, person = deque[Decided](), end if end in came_by else start
    while person != start:
        person, each = came_by[person]
        way.appendleft(each)
    return tuple(way)
