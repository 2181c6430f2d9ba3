"""What no score may overrule: signs that two records are two persons. Only a reviewed decision wins over them.

Every guard looks at two records; a group may be joined with another when no record of one contradicts one of the other.
"""

from __future__ import annotations

from operator import ne
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from warehouse.identity.romanisation import skeleton

YEARS_APART = 2  # a year is reckoned from an age or mistyped; further apart are two people
SLIPS_IN_AN_ID = 1  # two ids with one slip between them may be one id, when everything else says so
SLIPS_IN_A_NAME = 2
NONE: frozenset[int] = frozenset()


class Record(NamedTuple):
    """What the guards look at, of one person; the fields are those of `features.FEATURES`."""

    sex: str | None
    police_id: str | None
    birth_year: int | None
    birth_date: str | None
    course_days: frozenset[int]
    family: str | None
    given: str | None
    family_last: str | None
    given_last: str | None
    skeleton: str | None
    khmer_key: str | None
    latin_known: bool | None
    khmer_known: bool | None


COLUMNS = Record._fields


class Records:
    """The records of some rows of a table of features.

    Args:
        features: Rows of `features.FEATURES`.
        rows: Those that will be asked for.
    """

    def __init__(self, features: pa.Table, rows: NDArray[np.int64]) -> None:
        taken = features.select(COLUMNS).take(pa.array(rows))
        self._columns = [taken[name].to_pylist() for name in COLUMNS]
        days = COLUMNS.index("course_days")
        self._columns[days] = [frozenset(each) if each else NONE for each in self._columns[days]]
        place = np.zeros(len(features), np.int64)
        place[rows] = np.arange(len(rows))
        self._place = place.tolist()  # asked one by one: a list hands out a number far faster than an array
        self._made: dict[int, Record] = {}

    def __getitem__(self, row: int) -> Record:
        record = self._made.get(row)
        if record is None:
            place = self._place[row]
            record = self._made[row] = Record._make([column[place] for column in self._columns])
        return record


def contradiction(one: Record, other: Record) -> str | None:
    """Return which guard says that two records are two persons, or None."""
    if one.sex and other.sex and one.sex != other.sex:
        return "sex"
    if one.birth_year and other.birth_year and abs(one.birth_year - other.birth_year) > YEARS_APART:
        return "birth_year"
    if one.police_id and other.police_id and slips(one.police_id, other.police_id, SLIPS_IN_AN_ID) > SLIPS_IN_AN_ID:
        return "police_id"
    if not one.course_days.isdisjoint(other.course_days):
        return "course_day"
    if _named_differently(one, other):
        return "name"
    return "twins" if _twins(one, other) else None


def _named_differently(one: Record, other: Record) -> bool:
    """True for two known names in both scripts: no slip makes the same other name twice."""
    latin = one.latin_known and other.latin_known and one.skeleton != other.skeleton
    return bool(latin and one.khmer_known and other.khmer_known and one.khmer_key != other.khmer_key)


def _twins(one: Record, other: Record) -> bool:
    """True for one birthday and one family name, but two given names: twins, or namesakes."""
    if not one.birth_date or one.birth_date != other.birth_date:
        return False
    if one.skeleton == other.skeleton or (one.police_id and one.police_id == other.police_id):
        return False
    if one.khmer_key and one.khmer_key == other.khmer_key:
        return False
    if one.khmer_known and other.khmer_known and one.family == other.family:
        return True
    arrangements = (
        (one.family, one.given, other.family, other.given),
        (one.family, one.given, other.family_last, other.given_last),
        (one.family_last, one.given_last, other.family, other.given),
    )
    gives = [(given, its) for family, given, its_family, its in arrangements if family == its_family and given and its]
    both_known = bool(one.latin_known and other.latin_known)
    return bool(gives) and all(_two_names(given, its, both_known) for given, its in gives)


def _two_names(one: str, other: str, both_known: bool) -> bool:
    """True for two given names, by their sounds, that are no two spellings of one."""
    bones = slips(skeleton(one), skeleton(other), 1)
    return bones > 1 or (bones == 1 and both_known) or slips(one, other, SLIPS_IN_A_NAME) > SLIPS_IN_A_NAME


def slips(one: str, other: str, enough: int) -> int:
    """Return the number of slips between two texts: letters changed, left out, added, or swapped with a neighbour.

    Counting ends beyond `enough`; any larger number stands for more.
    """
    if one == other:
        return 0
    if abs(len(one) - len(other)) > enough:
        return enough + 1
    if enough == 1 and len(one) == len(other) and sum(map(ne, one, other)) > 2:
        return 2  # a letter changed differs in one place, two swapped in two: a thirtieth of the time for most pairs
    before, row = [0] * (len(other) + 1), list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        two_before, before, row = before, row, [i]
        for j, its in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != its))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == its:
                cost = min(cost, two_before[j - 2] + 1)
            row.append(cost)
        if min(row) > enough:
            return enough + 1
    return row[-1]
