"""Persons and officers as people name them: a person_ref, an officer key, or the beginning of one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import ClassVar

import pandas as pd

from warehouse.errors import TerminalError
from warehouse.identity.decision_rules import SAME, UNDECIDED
from warehouse.identity.decisions import Decision

SHORTEST = 8  # letters of a beginning that may stand for the whole
MOST_PAIRS = 400  # decided by one word; two officers of 20 persons each


class UnknownReference(TerminalError):
    """Nobody, or more than one, is known by this reference."""

    code: ClassVar[str] = "SALA-I104"
    title: ClassVar[str] = "No one person or officer is known by this reference"


def persons_of(crosswalk: pd.DataFrame, word: str) -> list[str]:
    """Return the person_refs that a reference stands for: one person, or all of an officer, in order.

    Args:
        crosswalk: person_ref, officer_key.
        word: A person_ref, an officer key, or at least eight letters that only one of all begins with.

    Raises:
        UnknownReference: When nobody or several are known by it.
    """
    for column in ("person_ref", "officer_key"):
        found = crosswalk.loc[crosswalk[column] == word, "person_ref"]
        if len(found):
            return sorted(found)
    begun = {
        (column, whole)
        for column in ("person_ref", "officer_key")
        for whole in crosswalk.loc[crosswalk[column].str.startswith(word), column].unique()
    }
    if len(word) < SHORTEST or len(begun) != 1:
        # The word itself is not shown: somebody may have typed a name.
        found_text = f"{len(begun)} of them" if len(word) >= SHORTEST else f"{len(word)} letters"
        expected = f"a person_ref, an officer key, or {SHORTEST} letters that only one of them begins with"
        raise UnknownReference("the reference", found_text, expected, "copy it from: sala identity review --json")
    ((column, whole),) = begun
    return sorted(crosswalk.loc[crosswalk[column] == whole, "person_ref"])


def decisions_between(
    left: list[str],
    right: list[str],
    verdict: str,
    reason: tuple[str, str, dt.datetime],
    former: Mapping[tuple[str, str], Decision],
) -> list[Decision]:
    """Return the decisions that make a verdict about two persons or officers true.

    To join two officers one pair is enough; to hold them apart every pair across is held apart, so that it stays true
    when one of the two is later found to be two officers. `undecided` takes back what is in force between them.

    Args:
        left: The persons of one side.
        right: Those of the other.
        verdict: One of the verdicts.
        reason: Who, why and when.
        former: The decisions in force.

    Raises:
        UnknownReference: Both sides are the same, or are too large to be told apart pair by pair.
    """
    who, why, when = reason
    across = sorted({(min(a, b), max(a, b)) for a in left for b in right if a != b})
    if not across or left == right or len(across) > MOST_PAIRS:
        found = f"{len(across)} pairs" if len(across) > MOST_PAIRS else "one person, or one officer, twice"
        expected = f"two of them, with at most {MOST_PAIRS} pairs of persons across"
        raise UnknownReference(
            "the two references", found, expected, "name single persons: sala identity review --json"
        )
    if verdict == SAME:
        across = [(min(left[0], right[0]), max(left[0], right[0]))] if left[0] != right[0] else across[:1]
    elif verdict == UNDECIDED:
        across = [pair for pair in across if pair in former and former[pair].verdict != UNDECIDED]
    return [Decision(a, b, verdict, who, when, why) for a, b in across]
