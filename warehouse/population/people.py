"""Who there is: the invented persons as they truly are, one array per fact."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from warehouse.population.mix import Mix
from warehouse.population.names import alike, family_shares, given_shares

Places = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Days = npt.NDArray[np.datetime64]

CATEGORIES = ("police_officer", "judge", "prosecutor", "social_worker", "government_official", "trainer")
CATEGORY_SHARES = (0.86, 0.03, 0.03, 0.04, 0.03, 0.01)
POLICE_RANKS = (  # from the top; a promotion is one step up
    *("police-colonel", "police-lieutenant-colonel", "police-major", "police-captain", "police-lieutenant"),
    *("police-second-lieutenant", "police-warrant-officer", "police-master-sergeant", "police-sergeant-major"),
    *("police-sergeant", "police-corporal"),
)
NO_RANK = "none"
POLICE_UNITS = (  # most frequent first
    *("provincial-police", "district-police", "ahtjp", "police-post", "immigration", "judicial-police"),
    *("land-border-police", "maritime-police", "gendarmerie", "police-academy"),
)
OTHER_UNITS = ("provincial-court", "prosecution-office", "ministry-of-justice", "social-affairs", "womens-affairs")
PROVINCES = tuple(f"{number:02d}" for number in (12, 8, 2, 17, 18, 3, 1, *range(4, 8), *range(9, 12), *range(13, 17)))
PROVINCES += tuple(f"{number:02d}" for number in range(19, 26))
FIRST_BIRTH, LAST_BIRTH = np.datetime64("1962-01-01"), np.datetime64("1998-12-31")
FIRST_DAY, LAST_DAY = np.datetime64("2008-01-07"), np.datetime64("2024-12-13")  # of all courses
OPERATORS = (10, 11, 12, 15, 16, 17, 61, 69, 70, 77, 78, 81, 85, 86, 87, 89, 92, 93, 98, 99)  # six digits follow
POLICE_IDS, PHONES = 10**8, len(OPERATORS) * 10**6  # how many numbers there are
COMMON = 1 / 200  # a name so frequent that one person in 200 of that sex bears it is a common name


@dataclass
class People:
    """Persons as they truly are; every array has one entry per person.

    Attributes:
        woman: Whether she is one.
        family: Place in `names.FAMILY`.
        given: Place in `names.GIVEN`.
        second: Place of the second part of the given name, or -1.
        born: Day of birth.
        category: Place in `CATEGORIES`.
        rank: Place in `POLICE_RANKS` before any promotion, or -1.
        promoted: Two days from which the person stands one rank higher each; after the last course when never.
        unit: Two places, the first unit and a later one, in `POLICE_UNITS + OTHER_UNITS`.
        province: Two places, the first province and a later one, in `PROVINCES`.
        police_id: Number of the id, or -1.
        phone: Two numbers, the first and a later one.
        sibling: The person who is the twin or sibling, or -1.
        common: Whether the full name is a common one.
    """

    woman: Flags
    family: Places
    given: Places
    second: Places
    born: Days
    category: Places
    rank: Places
    promoted: tuple[Days, Days]
    unit: tuple[Places, Places]
    province: tuple[Places, Places]
    police_id: Places
    phone: tuple[Places, Places]
    sibling: Places
    common: Flags

    def __len__(self) -> int:
        return len(self.woman)


def invent(count: int, draw: np.random.Generator, mix: Mix) -> People:
    """Return `count` persons."""
    woman = draw.random(count) < mix.women
    category = draw.choice(len(CATEGORIES), count, p=CATEGORY_SHARES)
    police = category == 0
    given, phones = _given(draw, woman, mix), _numbers(draw, 2 * count, PHONES)
    people = People(
        woman=woman,
        family=draw.choice(len(family_shares(mix.name_exponent)), count, p=family_shares(mix.name_exponent)),
        given=given,
        second=np.where(draw.random(count) < mix.two_part_given, _given(draw, woman, mix), -1),
        born=FIRST_BIRTH + draw.integers(int((LAST_BIRTH - FIRST_BIRTH).astype(int)) + 1, size=count),
        category=category,
        rank=np.where(police, draw.integers(2, len(POLICE_RANKS), size=count), -1),
        promoted=_promotions(draw, count, mix),
        unit=(_units(draw, police), _units(draw, police)),
        province=(_zipf(draw, len(PROVINCES), count), _zipf(draw, len(PROVINCES), count)),
        police_id=_numbers(draw, count, POLICE_IDS),
        phone=(phones[:count], phones[count:]),
        sibling=np.full(count, -1),
        common=np.zeros(count, np.bool_),
    )
    _move_somewhere_else(draw, people)
    _share_phones(draw, people, mix)
    doubled = np.flatnonzero(people.second == people.given)  # nobody is called Dara Dara
    people.second[doubled] = _like(draw, people.given[doubled], people.woman[doubled], people.given[doubled])
    _plant_siblings(draw, people, mix)
    people.police_id[people.category != 0] = -1
    people.common = _expected(people, mix) >= COMMON
    return people


def _given(draw: np.random.Generator, woman: Flags, mix: Mix) -> Places:
    hers, his = (given_shares(mix.name_exponent, w) for w in (True, False))
    return np.where(woman, draw.choice(len(hers), len(woman), p=hers), draw.choice(len(his), len(woman), p=his))


def _like(draw: np.random.Generator, given: Places, woman: Flags, unlike: Places) -> Places:
    """Return for each given name another that looks like it, fits the sex and is not that of `unlike`."""
    nearest = np.where(woman[:, None], alike(True)[given], alike(False)[given])
    row, place = np.arange(len(given)), draw.integers(nearest.shape[1], size=len(given))
    chosen = nearest[row, place]
    return np.where(chosen == unlike, nearest[row, (place + 1) % nearest.shape[1]], chosen)


def _zipf(draw: np.random.Generator, kinds: int, count: int) -> Places:
    weights = np.arange(1, kinds + 1, dtype=np.float64) ** -0.7
    return np.asarray(draw.choice(kinds, count, p=weights / weights.sum()))


def _units(draw: np.random.Generator, police: Flags) -> Places:
    others = len(POLICE_UNITS) + _zipf(draw, len(OTHER_UNITS), len(police))
    return np.where(police, _zipf(draw, len(POLICE_UNITS), len(police)), others)


def _numbers(draw: np.random.Generator, count: int, there_are: int) -> Places:
    """Return `count` different numbers below `there_are`, in no order."""
    found = np.unique(draw.integers(there_are, size=count + count // 2 + 100))
    if len(found) < count:
        raise ValueError(f"there are too few numbers for {count} persons; ask for at most 10 million appearances")
    return np.asarray(draw.permutation(found)[:count])


def _promotions(draw: np.random.Generator, count: int, mix: Mix) -> tuple[Days, Days]:
    never = LAST_DAY + 1
    span = int((LAST_DAY - FIRST_DAY).astype(int))
    first, second = (FIRST_DAY + draw.integers(span, size=count) for _ in range(2))
    once = draw.random(count)
    return np.where(once < mix.promoted, first, never), np.where(once < mix.promoted / 2, second, never)


def _move_somewhere_else(draw: np.random.Generator, people: People) -> None:
    """Make the later province and unit differ from the first."""
    first, later = people.province
    later[:] = np.where(
        later == first, (first + draw.integers(1, len(PROVINCES), size=len(first))) % len(PROVINCES), later
    )
    first, later = people.unit
    police = people.category == 0
    ours, others = len(POLICE_UNITS), len(OTHER_UNITS)
    within = np.where(police, (first + draw.integers(1, ours, size=len(first))) % ours, 0)
    outside = ours + (first - ours + draw.integers(1, others, size=len(first))) % others
    later[:] = np.where(later == first, np.where(police, within, outside), later)


def _share_phones(draw: np.random.Generator, people: People, mix: Mix) -> None:
    """Give some persons the phone of the person who stands next to them in their unit and province."""
    colleagues = np.lexsort((draw.random(len(people)), people.unit[0], people.province[0]))
    phone = people.phone[0]
    places = np.flatnonzero(draw.random(len(people)) < mix.phone_shared)
    places = places[places > 0]
    phone[colleagues[places]] = phone[colleagues[places - 1]]


def _plant_siblings(draw: np.random.Generator, people: People, mix: Mix) -> None:
    """Make some persons the twin or the younger sibling of the person before them, in the same unit."""
    pairs = np.flatnonzero(draw.random(len(people) // 2) < mix.siblings)
    elder, younger = 2 * pairs, 2 * pairs + 1
    people.sibling[elder], people.sibling[younger] = younger, elder
    same = draw.random(len(pairs)) < 0.7  # seven in ten are surely of one sex; the others keep what they were
    people.woman[younger] = np.where(same, people.woman[elder], people.woman[younger])
    woman, first, second = people.woman[younger], people.given[elder], people.second[elder]
    # A given name in two parts keeps its first where the sex allows it: Chan Dara and Chan Darith.
    keeps = (second >= 0) & (woman == people.woman[elder])
    people.given[younger] = np.where(keeps, first, _like(draw, first, woman, first))
    people.second[younger] = np.where(second >= 0, _like(draw, second, woman, people.given[younger]), -1)
    apart = draw.integers(330, 3 * 365, size=len(pairs)) * (draw.random(len(pairs)) < 0.5)
    people.born[younger] = people.born[elder] + apart
    for values in (people.family, people.category, people.rank, *people.unit, *people.province):
        values[younger] = values[elder]
    shared = younger[draw.random(len(pairs)) < 0.15]
    people.phone[0][shared] = people.phone[0][people.sibling[shared]]


def _expected(people: People, mix: Mix) -> npt.NDArray[np.float64]:
    """Return how large a share of persons of their sex is expected to bear each person's name."""
    hers, his = given_shares(mix.name_exponent, True), given_shares(mix.name_exponent, False)

    def part(given: Places) -> npt.NDArray[np.float64]:
        return np.where(people.woman, hers[given], his[given])

    two = people.second >= 0
    family = family_shares(mix.name_exponent)[people.family]
    whole = np.where(two, part(people.second) * mix.two_part_given, 1 - mix.two_part_given)
    return np.asarray(family * part(people.given) * whole)
