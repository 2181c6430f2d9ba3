"""How partners write a name: romanisations, order, capitals, honorifics, slips; Khmer script and its hidden signs."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from warehouse.population import names
from warehouse.population.mix import Mix
from warehouse.population.people import Flags, People, Places

KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")  # rows of the keyboard: a slip hits a neighbour
BESIDE = {letter: row[max(0, n - 1) : n] + row[n + 1 : n + 2] for row in KEYS for n, letter in enumerate(row)}
ZERO_WIDTH = "\u200b"
KHMER_LETTERS = frozenset(map(chr, range(0x1780, 0x17B4)))  # consonants and independent vowels: a cluster begins here
HONORIFICS = {  # of men, of women, of police
    "latin": (("Mr. ", "Mr ", "Lok "), ("Ms. ", "Mrs. ", "Lok Srey "), ("Capt. ", "Maj. ", "Lt. Col. ")),
    "khmer": (("លោក ",), ("លោកស្រី ", "អ្នកស្រី "), ("លោក ",)),
}


@dataclass(frozen=True)
class Written:
    """A name per entry, null where there is none, and what was done to it."""

    text: pa.Array
    romanised: Flags
    slipped: Flags
    swapped: Flags
    honoured: Flags


def latin(people: People, person: Places, draw: np.random.Generator, mix: Mix) -> Written:
    """Return how the Latin name of each entry's person is written."""
    count, pools = len(person), names.latin()
    woman, second = people.woman[person], people.second[person]
    two = second >= 0
    romanised, other = _which_parts(draw, two, mix)
    capitals = draw.random(count)
    family = _taken(pools[0], people.family[person], other[0], draw)
    family = pc.if_else(pa.array(capitals < mix.other_case / 2), pc.utf8_upper(family), family)
    first = _taken(pools[1], people.given[person], other[1], draw)
    last = _taken(pools[1], np.maximum(second, 0), other[2], draw)
    joined = pa.array(romanised & (draw.random(count) < mix.joined))
    one_word = pc.binary_join_element_wise(first, pc.utf8_lower(last), "")
    both = pc.if_else(joined, one_word, pc.binary_join_element_wise(first, last, " "))
    given = pc.if_else(pa.array(two), both, first)
    swapped = draw.random(count) < mix.order_swapped
    text = pc.if_else(
        pa.array(swapped),
        pc.binary_join_element_wise(given, family, " "),
        pc.binary_join_element_wise(family, given, " "),
    )
    slipped = draw.random(count) < mix.typing_slip
    text = _changed(text, slipped, slip, draw)
    in_capitals = (capitals >= mix.other_case / 2) & (capitals < mix.other_case)
    text = pc.if_else(pa.array(in_capitals), pc.utf8_upper(text), text)
    honoured = draw.random(count) < mix.honorific
    text = _honoured(text, honoured, "latin", woman, people.category[person] == 0, draw)
    return Written(text, romanised, slipped, swapped, honoured)


def khmer(people: People, person: Places, draw: np.random.Generator, mix: Mix) -> Written:
    """Return how the Khmer name of each entry's person is written; null where it is not."""
    count, pools = len(person), names.khmer()
    second = people.second[person]
    other = draw.random(count) < mix.code_point_order
    family = _taken(pools[0], people.family[person], other, draw)
    first = _taken(pools[1], people.given[person], other, draw)
    last = _taken(pools[1], np.maximum(second, 0), other, draw)
    given = pc.if_else(pa.array(second >= 0), pc.binary_join_element_wise(first, last, ""), first)
    text = pc.binary_join_element_wise(family, given, " ")
    present = draw.random(count) >= mix.no_khmer
    slipped = present & (draw.random(count) < mix.khmer_slip)
    text = _changed(text, slipped, slip_in_khmer, draw)
    text = _changed(text, present & (draw.random(count) < mix.zero_width), widen, draw)
    honoured = present & (draw.random(count) < mix.honorific / 2)
    text = _honoured(text, honoured, "khmer", people.woman[person], people.category[person] == 0, draw)
    never = np.zeros(count, np.bool_)
    return Written(pc.if_else(pa.array(present), text, pa.scalar(None, pa.string())), never, slipped, never, honoured)


def _which_parts(draw: np.random.Generator, two: Flags, mix: Mix) -> tuple[Flags, tuple[Flags, Flags, Flags]]:
    """Return which names are romanised otherwise, and which parts of them: one at least."""
    romanised = draw.random(len(two)) < mix.romanised
    parts = draw.random((3, len(two))) < 0.6
    none = ~(parts[0] | parts[1] | (parts[2] & two))
    which = np.asarray(draw.integers(2, size=len(two)))  # the family name or the given name
    first, second, third = (romanised & (parts[n] | (none & (which == n))) for n in range(3))
    return romanised, (first, second, third)


def _taken(pool: names.Pool, places: Places, other: Flags, draw: np.random.Generator) -> pa.Array:
    return pa.array(pool.texts).take(pa.array(pool.place(places, other, draw)))


def _changed(
    text: pa.Array, where: Flags, change: Callable[[str, random.Random], str], draw: np.random.Generator
) -> pa.Array:
    """Return the texts with those marked changed, one by one."""
    dice = random.Random(int(draw.integers(2**63)))  # noqa: S311 - invented people, no secret
    marked = pa.array(where)
    changed = [change(value, dice) for value in text.filter(marked).to_pylist()]
    return pc.replace_with_mask(text, marked, pa.array(changed, pa.string()))


def _honoured(
    text: pa.Array, where: Flags, script: str, woman: Flags, police: Flags, draw: np.random.Generator
) -> pa.Array:
    """Return the texts with an honorific, or a policeman's rank, before those marked."""
    men, women, ranks = HONORIFICS[script]
    dice = draw.random(len(where))
    by_rank = police & (draw.random(len(where)) < 0.4)
    kinds = (pa.array(texts).take(pa.array((dice * len(texts)).astype(np.int64))) for texts in (men, women, ranks))
    his, hers, rank = kinds
    prefix = pc.if_else(pa.array(by_rank), rank, pc.if_else(pa.array(woman), hers, his))
    return pc.binary_join_element_wise(pc.if_else(pa.array(where), prefix, ""), text, "")


def slip(name: str, dice: random.Random) -> str:
    """Return the name with one letter inserted, left out or hit beside, or two neighbours exchanged."""
    letters = [n for n, c in enumerate(name) if c.isalpha()]
    kind, place = dice.randrange(4), dice.choice(letters)
    letter = name[place]
    beside = dice.choice(BESIDE[letter.lower()])
    beside = beside.upper() if letter.isupper() else beside
    if kind == 0:
        return name[:place] + letter + beside + name[place + 1 :]
    if kind == 1:
        return name[:place] + name[place + 1 :]
    differing = [n for n in letters if n + 1 in letters and name[n].lower() != name[n + 1].lower()]
    if kind == 2 or not differing:
        return name[:place] + beside + name[place + 1 :]
    place = dice.choice(differing)
    return name[:place] + name[place + 1] + name[place] + name[place + 2 :]


def slip_in_khmer(name: str, dice: random.Random) -> str:
    """Return the name with one sign left out, doubled, or exchanged for another letter."""
    place = dice.choice([n for n, c in enumerate(name) if c != " "])
    kind = dice.randrange(3)
    letter = dice.choice([c for c in "កខគតនបមរលសហ" if c != name[place]])
    return name[:place] + ("", name[place] * 2, letter)[kind] + name[place + 1 :]


def widen(name: str, dice: random.Random) -> str:
    """Return the name with one or two zero-width spaces between clusters, where Khmer keyboards put word breaks."""
    for _ in range(dice.randint(1, 2)):
        free = [n for n in range(1, len(name)) if name[n] in KHMER_LETTERS and name[n - 1] != names.COENG]
        place = dice.choice(free or [len(name)])
        name = name[:place] + ZERO_WIDTH + name[place:]
    return name
