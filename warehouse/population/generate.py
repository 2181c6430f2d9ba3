"""Composes the lists: persons as partners know them, and beside them the truth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from warehouse.population import details, writing
from warehouse.population.entries import PARTNERS, Entries, enter, persons_needed
from warehouse.population.mix import CLASSES, STANDARD, Mix
from warehouse.population.people import Flags, People, Places, invent
from warehouse.store.schemas import PERSONS

TRUTH = pa.schema(
    [
        pa.field("person_ref", pa.string()),
        pa.field("true_person", pa.string()),
        pa.field("difficulty", pa.list_(pa.string())),  # of `CLASSES`, in their order
        pa.field("sibling", pa.string()),  # the true person who is the twin or sibling, where one appears as well
    ]
)


@dataclass(frozen=True)
class Appearances:
    """What partners know, and what is true.

    Attributes:
        persons: One row per appearance, of schema `PERSONS`, ordered by `person_ref`, which is random.
        truth: One row per appearance in the same order, of schema `TRUTH`.
    """

    persons: pa.Table
    truth: pa.Table


def appearances(count: int, seed: int, mix: Mix = STANDARD) -> Appearances:
    """Invent about `count / 2` persons and their `count` appearances in the lists of four partners.

    Args:
        count: Appearances, 1 to 10 million.
        seed: The same seed, count and mix give the same tables.
        mix: How hard they are.

    Raises:
        ValueError: When `count` is not positive or exceeds 10 million.
    """
    if not 0 < count <= 10_000_000:
        raise ValueError(f"count is {count}; expected 1 to 10 million")
    people = invent(persons_needed(count, mix), _draw(seed, 0), mix)
    entries = enter(people, count, _draw(seed, 1), mix)
    recorded = _record(people, entries, seed, mix)
    last = _draw(seed, 9)
    references, order = _references(last, count)
    known = {
        "person_ref": references,
        "partner_id": pa.array(PARTNERS).take(pa.array(entries.partner)),
        "name_latin": recorded.latin.text,
        "name_khmer": recorded.khmer.text,
        "police_id": recorded.police_ids.text,
        "phone": recorded.phones.text,
        "email": recorded.emails.text,
        "birth_date": recorded.births.date,
        "birth_year": recorded.births.year,
        "sex": details.sexes(people, entries.person, last, mix),
        "category": recorded.posts.category,
        "rank": recorded.posts.rank,
        "unit": recorded.posts.unit,
        "province_of_duty": recorded.posts.province,
        "course_days": entries.course_days(),
    }
    truth = _truth(references, people, entries, _marks(people, entries, recorded))
    return Appearances(pa.table(known, schema=PERSONS).take(order), truth.take(order))


def _draw(seed: int, part: int) -> np.random.Generator:
    """Return the dice of one part: its changes leave the other parts as they are."""
    return np.random.default_rng((seed, part))


@dataclass(frozen=True)
class _Recorded:
    """What the partners wrote of each entry's person."""

    latin: writing.Written
    khmer: writing.Written
    births: details.Births
    police_ids: details.Numbers
    phones: details.Numbers
    emails: details.Numbers
    posts: details.Posts


def _record(people: People, entries: Entries, seed: int, mix: Mix) -> _Recorded:
    person = entries.person
    return _Recorded(
        latin=writing.latin(people, person, _draw(seed, 2), mix),
        khmer=writing.khmer(people, person, _draw(seed, 3), mix),
        births=details.births(people, person, _draw(seed, 4), mix),
        police_ids=details.police_ids(people, person, _draw(seed, 5), mix),
        phones=details.phones(people, person, _draw(seed, 6), mix),
        emails=details.emails(people, person, _draw(seed, 7), mix),
        posts=details.posts(people, entries, _draw(seed, 8), mix),
    )


def _marks(people: People, entries: Entries, recorded: _Recorded) -> dict[str, Flags]:
    """Return which entries are of each class that a single entry can tell."""
    latin, khmer, births = recorded.latin, recorded.khmer, recorded.births
    numbers = (recorded.police_ids.number, recorded.phones.number, recorded.emails.number)
    return {
        "romanised": latin.romanised,
        "typing slip": latin.slipped | khmer.slipped,
        "order swapped": latin.swapped,
        "no Khmer": np.asarray(khmer.text.is_null().to_numpy(zero_copy_only=False)),
        "no birth date": births.missing | births.year_only,
        "date wrong": births.wrong,
        "no shared id": _shares_nothing(entries.person, numbers),
        "honorific": latin.honoured | khmer.honoured,
        "transferred": recorded.posts.moved,
        "registered twice": entries.twice,
        "common name": people.common[entries.person],
    }


def _references(draw: np.random.Generator, count: int) -> tuple[pa.Array, pa.Array]:
    """Return random references of 32 hexadecimal digits, and the order that sorts them."""
    text = draw.bytes(16 * count).hex()
    references = np.array([text[n : n + 32] for n in range(0, 32 * count, 32)])
    return pa.array(references), pa.array(np.argsort(references))


def _shares_nothing(person: Places, numbers: tuple[Places, ...]) -> Flags:
    """Return which entries share no number with another entry of their person, who has one."""
    shares = np.zeros(len(person), np.bool_)
    for number in numbers:
        present = np.flatnonzero(number >= 0)
        shares[present] |= _repeated(person[present] * 10**9 + number[present])
    return np.asarray(_repeated(person) & ~shares)


def _repeated(values: npt.NDArray[np.int64]) -> Flags:
    _, place, times = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray(times[place] > 1)


def _truth(references: pa.Array, people: People, entries: Entries, marks: dict[str, Flags]) -> pa.Table:
    sibling = people.sibling[entries.person]
    appears = np.zeros(len(people), np.bool_)
    appears[entries.person] = True
    has_sibling = (sibling >= 0) & appears[sibling]
    marks = {**marks, "twin or sibling": has_sibling}
    marks["clean"] = ~np.logical_or.reduce(list(marks.values()))
    matrix = np.column_stack([marks[name] for name in CLASSES])
    lengths = np.concatenate([[0], np.cumsum(matrix.sum(axis=1))])
    labels = pa.array(CLASSES).take(pa.array(np.nonzero(matrix)[1]))
    return pa.table(
        {
            "person_ref": references,
            "true_person": _named(entries.person),
            "difficulty": pa.ListArray.from_arrays(pa.array(lengths, pa.int32()), labels),
            "sibling": pa.array(_named(np.maximum(sibling, 0)).to_numpy(zero_copy_only=False), mask=~has_sibling),
        },
        schema=TRUTH,
    )


def _named(person: Places) -> pa.Array:
    return pa.array(np.char.add("P", np.char.zfill(person.astype(str), 7)))
