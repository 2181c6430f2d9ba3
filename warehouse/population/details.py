"""What partners record beside the name: dates, numbers and addresses, with their gaps and mistakes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from warehouse.population import names
from warehouse.population.entries import Entries
from warehouse.population.mix import Mix
from warehouse.population.people import (
    CATEGORIES,
    NO_RANK,
    OPERATORS,
    OTHER_UNITS,
    POLICE_RANKS,
    POLICE_UNITS,
    PROVINCES,
    Days,
    Flags,
    People,
    Places,
)

KHMER_DIGITS = str.maketrans("0123456789", "០១២៣៤៥៦៧៨៩")
WITHOUT_RANK = len(POLICE_RANKS)  # its place, behind all ranks


@dataclass(frozen=True)
class Births:
    """Day or year of birth as recorded; `wrong` where they are not those of the person."""

    date: pa.Array
    year: pa.Array
    missing: Flags
    year_only: Flags
    wrong: Flags


def births(people: People, person: Places, draw: np.random.Generator, mix: Mix) -> Births:
    """Return what is recorded of each entry's birth."""
    born = people.born[person]
    year, month, day = _parts(born)
    dice = draw.random(len(person))
    missing = dice < mix.no_birth_date
    year_only = ~missing & (dice < mix.no_birth_date + mix.birth_year_only)
    off = ~missing & ~year_only & (dice < mix.no_birth_date + mix.birth_year_only + mix.year_off)
    # Only days up to the twelfth can be taken for months, so those are swapped the more often.
    can_swap = ~missing & ~year_only & ~off & (day <= 12) & (day != month)
    swapped = can_swap & (draw.random(len(person)) < mix.day_month_swapped * len(person) / max(1, can_swap.sum()))
    by = np.where(draw.random(len(person)) < 0.5, -1, 1)
    born = np.where(off, _date(year + by, month, np.minimum(day, 28)), born)
    born = np.where(swapped, _date(year, day, month), born)
    return Births(
        date=pa.array(born.astype("datetime64[D]"), pa.date32(), mask=missing | year_only),
        year=pa.array(year.astype(np.int32), mask=~year_only),
        missing=missing,
        year_only=year_only,
        wrong=off | swapped,
    )


def _parts(days: Days) -> tuple[Places, Places, Places]:
    months = days.astype("datetime64[M]")
    year = days.astype("datetime64[Y]").astype(np.int64) + 1970
    return year, months.astype(np.int64) % 12 + 1, (days.astype("datetime64[D]") - months).astype(np.int64) + 1


def _date(year: Places, month: Places, day: Places) -> Days:
    months = ((year - 1970) * 12 + month - 1).astype("datetime64[M]")
    return np.asarray(months.astype("datetime64[D]") + (day - 1))


@dataclass(frozen=True)
class Numbers:
    """Numbers as recorded, -1 where there is none, and their text."""

    number: Places
    text: pa.Array


def police_ids(people: People, person: Places, draw: np.random.Generator, mix: Mix) -> Numbers:
    """Return the police id of each entry, eight digits, zeros kept; one in ten written with a hyphen."""
    number = people.police_id[person]
    share = mix.police_id * len(person) / max(1, int((number >= 0).sum()))
    number = np.where((number >= 0) & (draw.random(len(person)) < share), number, -1)
    wrong = draw.random(len(person)) < mix.police_id_wrong
    unit = 10 ** draw.integers(8, size=len(person))
    digit = number // unit % 10
    other = (digit + draw.integers(1, 10, size=len(person))) % 10
    number = np.where(wrong & (number >= 0), number + (other - digit) * unit, number)
    padded = np.char.zfill(number.astype(str), 8)
    plain = pa.array(padded)
    halves = pc.binary_join_element_wise(pc.utf8_slice_codeunits(plain, 0, 4), pc.utf8_slice_codeunits(plain, 4), "-")
    text = pc.if_else(pa.array(draw.random(len(person)) < 0.1), halves, plain)
    return Numbers(number, _hidden(text, number < 0))


def phones(people: People, person: Places, draw: np.random.Generator, mix: Mix) -> Numbers:
    """Return the phone of each entry, in the forms people write: 012 345 678, +855 12 345 678, Khmer digits."""
    changed = draw.random(len(person)) < mix.phone_changed
    number = np.where(changed, people.phone[1][person], people.phone[0][person])
    number = np.where(draw.random(len(person)) < mix.phone, number, -1)
    operator = pa.array(np.array(OPERATORS)[number // 10**6].astype(str))
    rest = pa.array(np.char.zfill((number % 10**6).astype(str), 6))
    one, two = pc.utf8_slice_codeunits(rest, 0, 3), pc.utf8_slice_codeunits(rest, 3)

    def joined(start: str, between: str) -> pa.Array:
        return pc.binary_join_element_wise(pc.binary_join_element_wise(start, operator, ""), one, two, between)

    forms = [joined("0", ""), joined("0", " "), joined("0", "-"), joined("+855 ", " "), joined("855", "")]
    form = draw.choice(len(forms) + 1, len(person), p=(0.45, 0.25, 0.10, 0.10, 0.08, 0.02))
    in_khmer = [text.translate(KHMER_DIGITS) for text in forms[0].filter(pa.array(form == len(forms))).to_pylist()]
    text = pc.choose(pa.array(np.minimum(form, len(forms) - 1)), *forms)
    text = pc.replace_with_mask(text, pa.array(form == len(forms)), pa.array(in_khmer, pa.string()))
    return Numbers(number, _hidden(text, number < 0))


def emails(people: People, person: Places, draw: np.random.Generator, mix: Mix) -> Numbers:
    """Return the e-mail address of each entry, from the official name and a number; `number` is the person."""
    pools = names.latin()
    family, given = (
        pc.utf8_lower(pa.array(pool.texts).take(pa.array(pool.first[of[person]])))
        for pool, of in zip(pools, (people.family, people.given), strict=True)
    )
    local = pc.binary_join_element_wise(family, given, pa.array(person.astype(str)), ".")
    number = np.where(draw.random(len(person)) < mix.email, person, -1)
    return Numbers(number, _hidden(pc.binary_join_element_wise(local, "example.org", "@"), number < 0))


@dataclass(frozen=True)
class Posts:
    """What an entry's person was at the time; `moved` where province or unit are not the first."""

    category: pa.Array
    rank: pa.Array
    unit: pa.Array
    province: pa.Array
    moved: Flags


def posts(people: People, entries: Entries, draw: np.random.Generator, mix: Mix) -> Posts:
    """Return category, rank, unit and province of duty of each entry, as at its first course day."""
    person, count = entries.person, len(entries)
    steps = sum((entries.day >= day[person]).astype(np.int64) for day in people.promoted)
    rank = np.where(people.rank[person] < 0, WITHOUT_RANK, np.maximum(people.rank[person] - steps, 0))
    other_province, other_unit = draw.random(count) < mix.province_changed, draw.random(count) < mix.unit_changed
    province = np.where(other_province, people.province[1][person], people.province[0][person])
    unit = np.where(other_unit, people.unit[1][person], people.unit[0][person])
    return Posts(
        category=_coded(CATEGORIES, people.category[person]),
        rank=_hidden(_coded((*POLICE_RANKS, NO_RANK), rank), draw.random(count) < mix.rank_missing),
        unit=_hidden(_coded(POLICE_UNITS + OTHER_UNITS, unit), draw.random(count) < mix.unit_missing),
        province=_coded(PROVINCES, province),
        moved=other_province | other_unit,
    )


def sexes(people: People, person: Places, draw: np.random.Generator, mix: Mix) -> pa.Array:
    """Return the sex recorded of each entry's person."""
    woman = people.woman[person] ^ (draw.random(len(person)) < mix.sex_wrong)
    unknown = draw.random(len(person)) < mix.sex_unknown
    return _coded(("male", "female", "unknown"), np.where(unknown, 2, woman.astype(np.int64)))


def _coded(codes: tuple[str, ...], places: Places) -> pa.Array:
    return pa.array(codes).take(pa.array(places))


def _hidden(text: pa.Array, where: Flags) -> pa.Array:
    return pc.if_else(pa.array(where), pa.scalar(None, pa.string()), text)
