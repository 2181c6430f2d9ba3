"""How partners spell headers, codes and words around a table: one list, in `vocabulary.yaml`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import yaml

from warehouse.contract import lookups
from warehouse.contract.spelling import fold_name, fold_text, tidy

_PARENTHESES = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_LONG_ENOUGH = 4  # letters of a spelling that is looked for inside a header


class Match(NamedTuple):
    """A canonical column a header may be of; the lower the distance, the surer, and below 2 without doubt."""

    column: str
    distance: int


@cache
def vocabulary() -> MappingProxyType[str, Any]:
    """Return the whole list."""
    return MappingProxyType(yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8")))


def key(text: str) -> str:
    """Return the form in which spellings are compared: letters, vowel signs and digits, case-folded."""
    return "".join(c for c in fold_text(text) if unicodedata.category(c)[0] in "LMN")


@cache
def matches(header: str) -> tuple[Match, ...]:
    """Return the columns a header may be of, the surest first; a platform's group before a question is context."""
    text = tidy(header)
    own = text.rsplit("/", 1)[-1]
    without = _PARENTHESES.sub(" ", text)
    found: dict[str, int] = {}
    for distance, written in ((0, text), (1, without), (2, own)):
        for column in _spelt().get(key(written), ()):
            found.setdefault(column, distance)
    for column, length in _inside(text):
        found.setdefault(column, 40 - min(length, 30))
    return tuple(sorted((Match(*pair) for pair in found.items()), key=lambda match: match.distance))


@cache
def is_ignored(header: str) -> str | None:
    """Return why a header is known and not read: the kind of list it is in; None when it is in none."""
    plain, bare = fold_text(header), key(header)
    for kind, (spelt, letters) in _passed_over().items():
        # Underscores are all that tells a platform's own columns from a partner's.
        if plain in spelt or (kind != "kobo" and bare in letters):
            return kind
    return None


def ignored_by_platform(headers: Sequence[str]) -> dict[int, str]:
    """Return the places of headers that a platform adds of its own, with its name."""
    keys = [key(header) for header in headers]
    return {
        place: str(platform)
        for platform, listed in vocabulary()["platforms"].items()
        if {key(mark) for mark in listed["marks"]} <= set(keys)
        for place, found in enumerate(keys)
        if found and found in {key(header) for header in listed["ignored"]}
    }


def names_in_two(headers: Sequence[str]) -> tuple[int, int] | None:
    """Return the places of last and first name where a name stands in two columns."""
    keys = [key(header.rsplit("/", 1)[-1]) for header in headers]
    found = [
        next((place for place, text in enumerate(keys) if text in {key(word) for word in words}), None)
        for words in vocabulary()["names"].values()
    ]
    return (found[0], found[1]) if found[0] is not None and found[1] is not None else None


@cache
def codes_of(column: str) -> dict[str, str]:
    """Return folded spelling → canonical code of a coded column."""
    listed = vocabulary()["codes"].get(column, {})
    known = {fold_text(spelling): code for code, spellings in listed.items() for spelling in spellings}
    return {fold_text(code): code for code in listed} | known


@cache
def names_of(lookup: str) -> dict[str, str]:
    """Return folded name or spelling → code of a shared code list: names in both languages, and aliases."""
    names = {fold_name(name): code for code, names in lookups.names(lookup).items() for name in names}
    return names | lookups.aliases(lookup)


def begins_with(text: str, words: str) -> str | None:
    """Return the longest word of a list with which a text begins, or None."""
    plain = fold_text(text)
    found = [w for w in vocabulary()[words] if plain.startswith(fold_text(w)) and _ends(plain, fold_text(w))]
    return max(found, key=len, default=None)


def title_of(word: str) -> list[str]:
    """Return the columns a line `word: value` above a table may give."""
    return [column for column, words in vocabulary()["titles"].items() if key(word) in map(key, words)]


def _ends(text: str, word: str) -> bool:
    return not text[len(word) : len(word) + 1].isascii() or not text[len(word) : len(word) + 1].isalpha()


@cache
def _spelt() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for column, spellings in vocabulary()["columns"].items():
        for spelling in dict.fromkeys(map(key, [column, *spellings])):
            found[spelling] = (*found.get(spelling, ()), column)
    return found


def _inside(header: str) -> Iterator[tuple[str, int]]:
    """Yield columns a spelling of which stands in the header as whole words, with the spelling's length."""
    words = frozenset(re.split(r"[^\w]+|_", fold_text(header)))
    whole, best = key(header), dict[str, int]()
    for column, length, spelt in _long_spellings():
        if spelt <= words if isinstance(spelt, frozenset) else spelt in whole:
            best[column] = max(best.get(column, 0), length)
    yield from sorted(best.items(), key=lambda pair: -pair[1])


@cache
def _long_spellings() -> tuple[tuple[str, int, frozenset[str] | str], ...]:
    """Return column, length and form of each spelling that is looked for inside headers: words, or Khmer letters."""
    return tuple(
        (column, len(spelling), frozenset(fold_text(spelling).split()) if spelling.isascii() else key(spelling))
        for column, spellings in vocabulary()["columns"].items()
        for spelling in spellings
        if len(spelling) >= _LONG_ENOUGH
    )


@cache
def _passed_over() -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """Return list → its headers, folded, and their letters alone."""
    return {
        str(kind): (frozenset(map(fold_text, spellings)), frozenset(map(key, spellings)) - {""})
        for kind, spellings in vocabulary()["ignored"].items()
    }
