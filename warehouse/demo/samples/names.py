"""Names of invented people: the population's family and given names, put together at random.

Nobody here exists. Put together at random some would be the names of public figures; they are left out
(tests/unit/demo/test_samples.py lists such figures).
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from warehouse.population.names import FAMILY, GIVEN, romanisations

LEFT_OUT = frozenset({"មាស សុភា", "ជា តារា", "ម៉ៅ ចាន់តារា"})  # generals
TWO_PART = 0.35  # of the given names


@dataclass(frozen=True)
class Name:
    """One person's name, family name first, in Khmer and in two Latin spellings."""

    khmer: str
    latin: str
    respelled: str


@dataclass(frozen=True)
class Part:
    """A family name or a given name, in Khmer and in all its romanisations, the official one first."""

    khmer: str
    latin: tuple[str, ...]


def families() -> list[Part]:
    """Return the family names, in a fixed order."""
    return [Part(khmer, tuple(romanisations(syllables))) for khmer, syllables in FAMILY]


def given_names(female: bool, two_part: bool) -> list[Part]:
    """Return the given names of women or of men, in a fixed order; of two parts, Chandara, when asked for."""
    borne = [
        Part(khmer, tuple(romanisations(syllables))) for khmer, syllables, of in GIVEN if ("w" if female else "m") in of
    ]
    if not two_part:
        return borne
    return [
        Part(one.khmer + other.khmer, tuple(a + b.lower() for a in one.latin for b in other.latin))
        for one in borne
        for other in borne
        if one != other
    ]


class NameBag:
    """Hands out names without repeating one before all have been used."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._left: dict[tuple[bool, bool], list[tuple[Part, Part]]] = {}

    def draw(self, female: bool) -> Name:
        """Return the next name of a woman or of a man, and another romanisation of it."""
        kind = (female, self._rng.random() < TWO_PART)
        if not self._left.get(kind):
            pairs = [(family, given) for family in families() for given in given_names(*kind)]
            self._left[kind] = [pair for pair in pairs if f"{pair[0].khmer} {pair[1].khmer}" not in LEFT_OUT]
            self._rng.shuffle(self._left[kind])
        family, given = self._left[kind].pop()
        respelled = f"{self._other(family.latin, 0.5)} {self._other(given.latin, 1)}"
        return Name(f"{family.khmer} {given.khmer}", f"{family.latin[0]} {given.latin[0]}", respelled)

    def _other(self, spellings: Sequence[str], share: float) -> str:
        return self._rng.choice(spellings[1:]) if self._rng.random() < share else spellings[0]
