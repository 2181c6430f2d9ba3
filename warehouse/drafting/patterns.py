"""Regular expressions made from examples: file names, sheet names, headers of sessions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from warehouse.contract import lookups
from warehouse.contract.spelling import tidy

_SPECIAL = re.compile(r"([.^$*+?{}\[\]\\|()])")
_COPY = re.compile(r" \(\d{1,2}\)$")
_REVISION = re.compile(r"[_ -]*(?P<word>v|ver|version|rev)[_. -]?\d{1,3}$", re.IGNORECASE)
_YEAR = r"(?:19|20|25)\d{2}"
_PARTS = (  # of a file's name, the longest first: name of the group, example, pattern
    ("moment", rf"(?<!\d){_YEAR}(?:[-_.T ]\d{{2}}){{5}}(?!\d)", r"\d{4}(?:[-_.T ]\d{2}){5}"),
    ("day", rf"(?<!\d){_YEAR}[-_.]\d{{2}}[-_.]\d{{2}}(?!\d)", r"\d{4}[-_.]\d{2}[-_.]\d{2}"),
    ("day", r"(?<!\d)\d{2}[-_.]\d{2}[-_.]" + _YEAR + r"(?!\d)", r"\d{2}[-_.]\d{2}[-_.]\d{4}"),
    ("moment", rf"(?<!\d){_YEAR}[01]\d[0-3]\d[-_T]?\d{{4}}(?:\d\d)?(?!\d)", r"\d{8}[-_T]?\d{4,6}"),
    ("day", rf"(?<!\d){_YEAR}[01]\d[0-3]\d(?!\d)", r"\d{8}"),
    ("answers", r"(?<=\(1-)\d+(?=\)$)", r"\d+"),
    ("month", rf"(?<!\d){_YEAR}[-_.][01]\d(?!\d)", r"\d{4}[-_.]\d{2}"),
    ("year", rf"(?<!\d){_YEAR}(?!\d)", r"\d{4}"),
    ("number", r"(?<!\d)\d{1,4}(?!\d)", r"\d+"),
)
_ANY_PLACE = r"[^\d.]+?"
_ALL_AGAIN = re.compile(r"(?:all|latest)[ _-]versions?", re.IGNORECASE)  # KoboToolbox: an export of all submissions
_SUPERSEDES = (
    "the moment of the export tells nothing apart: a later export takes the place of the one before, as it holds "
    "all submissions again; is that so?"
)
_BESIDE = "every export counts beside those before it; where each holds all rows again, write the group moment as (?:…)"
_PLACE_NAMED = "a place in the name was taken to differ from file to file, and files of other places to be other files"


class NamePattern(NamedTuple):
    """A pattern of file names.

    Attributes:
        pattern: For the whole name.
        glob: The same for a person, with * where names differ.
        stem: The words of the name that stay.
        groups: The named groups and what they held in the example.
        doubts: What is not certain about them.
    """

    pattern: str
    glob: str
    stem: str
    groups: dict[str, str]
    doubts: tuple[str, ...] = ()


def literal(text: str) -> str:
    """Return a pattern for a text as it stands; white space is left readable."""
    return _SPECIAL.sub(r"\\\1", text)


def name_pattern(name: str) -> NamePattern:
    """Return a pattern for a file's name and names like it: dates become groups, a revision and a copy may follow."""
    stem, dot, ending = name.rpartition(".")
    stem = _COPY.sub("", stem)
    revision = _REVISION.search(stem)
    stem = _REVISION.sub("", stem)
    pieces, groups = [(stem, False)], dict[str, str]()
    for group, example, pattern in (*_PARTS, ("place", _places(), _ANY_PLACE)):
        if group == "number" and groups:
            continue  # beside a date a number says which of several things the file is, which only a person knows
        for place, (piece, made) in reversed(list(enumerate(pieces))):
            found = None if made or group in groups else _last(example, piece)
            if found:
                groups[group] = found[0]
                before, after = piece[: found.start()], piece[found.end() :]
                pieces[place : place + 1] = [(before, False), (f"(?P<{group}>{pattern})", True), (after, False)]
                break
    doubts = [_PLACE_NAMED] if "place" in groups else []
    if "moment" in groups:
        doubts.append(_SUPERSEDES if _ALL_AGAIN.search(stem) else _BESIDE)
        if _ALL_AGAIN.search(stem):
            del groups["moment"]
            pieces = [(piece.replace("(?P<moment>", "(?:") if made else piece, made) for piece, made in pieces]
    whole = "".join(piece if made else literal(piece) for piece, made in pieces)
    shown = "".join("*" if made else piece for piece, made in pieces)
    words = " ".join(re.findall(r"[^\W\d_]+", " ".join(piece for piece, made in pieces if not made)))
    again = rf"(?:[_ -]?{revision['word'] if revision else 'v'}(?P<revision>\d+))?(?: \(\d+\))?"
    ending = literal(dot + ending)
    return NamePattern(whole + again + ending, shown + dot + name.rpartition(".")[2], words, groups, tuple(doubts))


@cache
def _places() -> str:
    """Return a pattern for the name of a province as a word of its own, in either language."""
    names = sorted((name for both in lookups.names("provinces").values() for name in both), key=len, reverse=True)
    spelt = "|".join("[ _-]?".join(map(literal, name.split())) for name in names if name)
    return rf"(?i:(?<![^\W\d_])(?:{spelt})(?![^\W\d_]))"


def _last(pattern: str, text: str) -> re.Match[str] | None:
    return max(re.finditer(pattern, text), key=lambda match: match.start(), default=None)


def one_of(names: Sequence[str]) -> str:
    """Return a pattern for sheet names: a common word with a number, or all of them."""
    tidied = [tidy(name) for name in names]
    stems = {re.sub(r"\d+$", "", name) for name in tidied}
    if len(stems) == 1 and len(tidied) > 1 and all(name[-1:].isdigit() for name in tidied):
        return literal(stems.pop()) + r"\d+"
    return "|".join(literal(name) for name in tidied)
