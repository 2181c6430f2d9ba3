"""What a reader of everything ever issued knows, as numbers and linear laws between them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

# Figures are whole numbers or carry four decimals; sums of such, as floats, differ by less than this.
TOLERANCE = 1e-6


@dataclass(frozen=True)
class Law:
    """`low <= sum(coefficient * number) <= high`.

    Attributes:
        terms: Pairs of a number's index and its coefficient.
        low: Smallest value the sum can have; minus infinity for no bound.
        high: Largest value.
        certain: It holds by what the numbers mean. Otherwise a reader may only suppose it: that nobody serves in two
            provinces, that nothing has changed since the issue before.
    """

    terms: tuple[tuple[int, float], ...]
    low: float
    high: float
    certain: bool = True


@dataclass
class Knowledge:
    """Numbers, known or hidden, and the laws between them.

    Attributes:
        known: Value of each number; None where no figure shows it.
        lower: Least value each may have; minus infinity for a difference.
        whole: Whether it counts something, so that it is a whole number.
        laws: All laws.
        given_up: Indices of laws that the figures contradict; the reader no longer relies on them.
    """

    known: list[float | None] = field(default_factory=list)
    lower: list[float] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    laws: list[Law] = field(default_factory=list)
    given_up: set[int] = field(default_factory=set)
    _touching: list[list[int]] = field(default_factory=list)

    def number(self, known: float | None = None, lower: float = 0, whole: bool = True) -> int:
        """Add a number and return its index."""
        self.known.append(known)
        self.lower.append(lower)
        self.whole.append(whole)
        self._touching.append([])
        return len(self.known) - 1

    def law(self, terms: Iterable[tuple[int, float]], low: float, high: float, certain: bool = True) -> None:
        """Add a law; one that known numbers alone contradict is given up at once."""
        law = Law(tuple(terms), low, high, certain)
        self.laws.append(law)
        for index, _ in law.terms:
            self._touching[index].append(len(self.laws) - 1)
        rest, hidden = self.known_part(law)
        if not hidden and not low - TOLERANCE <= rest <= high + TOLERANCE:
            self.given_up.add(len(self.laws) - 1)

    def equal(self, whole: int, parts: Sequence[int], certain: bool = True) -> None:
        """Say that a number is the sum of others."""
        self.law([(whole, 1), *((part, -1) for part in parts)], 0, 0, certain)

    def at_most(self, whole: int, parts: Sequence[int], certain: bool = True) -> None:
        """Say that a number is at most the sum of others."""
        self.law([(whole, 1), *((part, -1) for part in parts)], -math.inf, 0, certain)

    def laws_of(self, number: int) -> list[int]:
        """Return the indices of the laws in force that speak of a number."""
        return [law for law in self._touching[number] if law not in self.given_up]

    def known_part(self, law: Law) -> tuple[float, list[tuple[int, float]]]:
        """Return the sum of a law's known numbers, and its terms that are hidden."""
        rest, hidden = 0.0, []
        for index, coefficient in law.terms:
            value = self.known[index]
            if value is None:
                hidden.append((index, coefficient))
            else:
                rest += coefficient * value
        return rest, hidden

    def contradicted(self) -> list[Law]:
        """Return the certain laws that the figures contradict: either the figures or the laws are wrong."""
        return [self.laws[law] for law in sorted(self.given_up) if self.laws[law].certain]
