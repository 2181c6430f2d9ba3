"""What a decision must hold: checked alike in the file, at the command line and in a workbook.

A mistake never shows what was written: a name that slipped into the wrong column must not reach a screen or a log.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from warehouse.errors import did_you_mean

COLUMNS = ("left", "right", "verdict", "who", "when", "why")
SAME, NOT_SAME, UNDECIDED = "same", "not same", "undecided"
SAME_OR_NOT = (SAME, NOT_SAME)
VERDICTS = (SAME, NOT_SAME, UNDECIDED)
LONGEST = MappingProxyType({"who": 80, "why": 500})  # characters

Fields = Mapping[str, str]

_PERSON_REF = re.compile(r"[0-9a-f]{32}")
# A spreadsheet would take a text that begins so for a formula when it opens the file.
_FORMULA = re.compile(r"[=+\-@\t]")
_ZERO_WIDTH = re.compile("[\u200b-\u200d]")  # Khmer writes them between words
# Phone and police numbers, dates of birth and addresses do not belong into a reason; two digits of a number may.
_IDENTIFIER = re.compile(r"\d(?:[\s./-]?\d){5}|\S@\S")


@dataclass(frozen=True)
class Flaw:
    """One mistake in what was decided.

    Attributes:
        place: The line of the file or the cell of the workbook.
        rule: The rule broken, one of :data:`RULES`.
        found: What was there, without its value.
    """

    place: str
    rule: str
    found: str

    @property
    def told(self) -> str:
        """The mistake in one line."""
        return f"{self.place} [{self.rule}]: {self.found}; expected {RULES[self.rule]}"

    def as_dict(self) -> dict[str, str]:
        """Return the fields for a report."""
        return {"place": self.place, "rule": self.rule, "found": self.found, "expected": RULES[self.rule]}


RULES: MappingProxyType[str, str] = MappingProxyType(
    {
        "encoding": "UTF-8",
        "quotes": "each quoted cell closed, one decision per line",
        "header": "the header " + ",".join(COLUMNS),
        "cells": f"{len(COLUMNS)} cells",
        "person": "a person_ref: 32 digits of 0-9 a-f",
        "pair": "two persons",
        "verdict": f"one of: {', '.join(VERDICTS)}",
        "when": "a moment with its time zone, such as 2026-03-01T09:30:00Z",
        "empty": "a text",
        "length": f"at most {LONGEST['who']} characters for who, {LONGEST['why']} for why",
        "one_line": "one line of text without control characters",
        "formula": "a text a spreadsheet does not take for a formula: not beginning with = + - @",
        "known": "a person_ref of this home",
        "once": "each pair once",
        "newer": "an export made after the last decision about the pair",
        "headings": "the headings of an exported workbook in row 1 of the sheet Decisions",
        "workbook": "a workbook made by sala identity decisions export",
        "identifier": "a reason without a number of six or more digits and without an address",
    }
)


def flaws(fields: Fields, place: str, place_of: Callable[[str], str] | None = None) -> list[Flaw]:
    """Return every mistake in a decision.

    Args:
        fields: Its texts by the names of :data:`COLUMNS`.
        place: Where it stands, for mistakes of the whole decision.
        place_of: The place of one column; by default the place and the column's name.
    """
    where = place_of or (lambda column: f"{place}, {column}")
    return [Flaw(where(column) if column else place, rule, found) for column, rule, found in _found(fields)]


def _found(fields: Fields) -> Iterator[tuple[str, str, str]]:
    for side in ("left", "right"):
        if not _PERSON_REF.fullmatch(fields[side]):
            yield side, "person", f"something else, {len(fields[side])} characters long"
    if fields["left"] == fields["right"]:
        yield "", "pair", "one person twice"
    if fields["verdict"] not in VERDICTS:
        yield "verdict", "verdict", f"no verdict ({did_you_mean(fields['verdict'], VERDICTS)})"
    if not _is_moment(fields["when"]):
        yield "when", "when", "no such moment"
    for column in ("who", "why"):
        yield from ((column, rule, found) for rule, found in _text_flaws(column, fields[column]))


def _text_flaws(column: str, text: str) -> Iterator[tuple[str, str]]:
    if not text.strip():
        yield "empty", "nothing"
    elif not _ZERO_WIDTH.sub("", text).isprintable():
        yield "one_line", "a line break or a control character"
    elif _FORMULA.match(text):
        yield "formula", "a text that begins like a formula"
    if len(text) > LONGEST[column]:
        yield "length", f"{len(text)} characters"
    if column == "why" and _IDENTIFIER.search(text):
        yield "identifier", "a long number or an address"


def _is_moment(text: str) -> bool:
    try:
        return dt.datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False
