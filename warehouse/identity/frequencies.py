"""How common a name is, by the model: never by the data at hand, or a batch would change the scores of another."""

from __future__ import annotations

import math
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from warehouse.identity.names import Name
from warehouse.identity.romanisation import sound_class

# A word the model has not met is taken to be no rarer than this: real names outside the training names are common too.
UNSEEN = 0.002
QUARTER_BITS = 4  # rarities are whole numbers of quarter bits: few enough for a table of term frequencies


@dataclass(frozen=True)
class Frequencies:
    """Shares of words among all words of names.

    Attributes:
        sounds: Romanisation class → share.
        letters: Khmer word in normal form → share.
        codes: Column → code → share of people: units, provinces, categories.
        scale: What the product of a name's shares is multiplied with, so that its mean is the chance that two
            different persons have one name; by number of words.
    """

    sounds: Mapping[str, float]
    letters: Mapping[str, float]
    scale: Mapping[int, float]
    codes: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    def rarity_of_sounds(self, name: Name) -> int | None:
        """Return -log2 of the share of people with this Latin name, in quarter bits; None for no name."""
        return self._rarity([self.sounds.get(sound_class(word), UNSEEN) for word in name.words])

    def rarity_of_letters(self, name: Name) -> int | None:
        """Return -log2 of the share of people with this Khmer name, in quarter bits; None for no name."""
        return self._rarity([self.letters.get(word, UNSEEN) for word in name.words])

    def knows_sounds(self, name: Name) -> bool:
        """True when every word of a Latin name is a known one, so that none is a slip."""
        return all(_known(sound_class(word), self.sounds) for word in name.words)

    def knows_letters(self, name: Name) -> bool:
        """True when every word of a Khmer name is a known one."""
        return all(_known(word, self.letters) for word in name.words)

    def rarity_of_code(self, column: str, code: str) -> int:
        """Return -log2 of the share of people with this code, in quarter bits."""
        return _quarter_bits(self.codes.get(column, {}).get(code, UNSEEN))

    def _rarity(self, shares: Sequence[float]) -> int | None:
        if not shares:
            return None
        return _quarter_bits(math.prod(shares) * self.scale.get(len(shares), 1.0))


def _known(word: str, words: Mapping[str, float]) -> bool:
    """True for a known word, and for two written as one: a given name in two parts."""
    return word in words or any(word[:i] in words and word[i:] in words for i in range(1, len(word)))


def _quarter_bits(share: float) -> int:
    least = sys.float_info.min  # shares of a hundred words, a remark in the column of names, multiply to nought
    return max(0, round(-math.log2(max(share, least)) * QUARTER_BITS))


def estimate(
    latin: Sequence[Name], khmer: Sequence[Name], codes: Mapping[str, Sequence[str]], at_least: float = 0.0008
) -> Frequencies:
    """Estimate frequencies from training persons.

    Args:
        latin: Their Latin names.
        khmer: Their Khmer names.
        codes: Column → their codes, those that are known.
        at_least: A word with a smaller share counts as unknown: most such are slips.
    """
    sounds = _shares((sound_class(word) for name in latin for word in name.words), at_least)
    letters = _shares((word for name in khmer for word in name.words), at_least)
    raw = Frequencies(sounds, letters, {})
    shares = {column: _shares(values, at_least) for column, values in codes.items()}
    return Frequencies(sounds, letters, _scale(latin, raw), shares)


def _shares(words: Iterable[str], at_least: float) -> dict[str, float]:
    counted = Counter(words)
    total = sum(counted.values())
    return {word: round(n / total, 6) for word, n in sorted(counted.items()) if n >= at_least * total}


def _scale(names: Sequence[Name], raw: Frequencies) -> dict[int, float]:
    """Return, by number of words, the chance of meeting one's own name over the mean product of its shares."""
    people = len(names)
    keys = Counter(name.key for name in names)
    met: defaultdict[int, float] = defaultdict(float)
    expected: defaultdict[int, float] = defaultdict(float)
    for name in names:
        met[len(name.words)] += keys[name.key] / people
        expected[len(name.words)] += math.prod(raw.sounds.get(sound_class(word), UNSEEN) for word in name.words)
    return {words: round(met[words] / expected[words], 4) for words in sorted(met) if words in (1, 2, 3)}
