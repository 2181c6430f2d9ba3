"""Persons as partners wrote them -> features: one comparable form of everything, one row per person.

    PERSONS (text as received)  --distinct values-->  normal forms  --taken back to rows-->  FEATURES

Each distinct value is normalised once: of a million persons about a tenth of the names are distinct. A feature depends
on its own record and on the model's frequencies alone, so a person's features are the same in every run and batch.
Features hold direct identifiers: on disk they are sealed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from warehouse.contract.lookups import seniority
from warehouse.identity import contacts
from warehouse.identity.frequencies import Frequencies
from warehouse.identity.names import Name, khmer_name, latin_name
from warehouse.store.schemas import DAY_BITS

TEXT = pa.string()
FEATURES = pa.schema(
    [
        pa.field("person_ref", TEXT),
        pa.field("record_hash", TEXT),  # of the record, the normaliser and the model: another one, another person
        pa.field("partner_id", TEXT),
        pa.field("latin_key", TEXT),  # necklaces and halves: see names.Name
        pa.field("latin_first", TEXT),
        pa.field("latin_last", TEXT),
        pa.field("family", TEXT),  # the sounds of the family name and of the given, if the family name stands first
        pa.field("given", TEXT),
        pa.field("family_last", TEXT),  # and if it stands last
        pa.field("given_last", TEXT),
        pa.field("skeleton", TEXT),
        pa.field("dateless", TEXT),  # the skeleton again, of a person without a full birth date
        pa.field("spelled", TEXT),
        pa.field("khmer_key", TEXT),
        pa.field("khmer_first", TEXT),
        pa.field("khmer_last", TEXT),
        pa.field("latin_known", pa.bool_()),  # every word is one the model knows
        pa.field("khmer_known", pa.bool_()),
        pa.field("name_rarity", pa.int32()),  # -log2 of the share of people with this name, in quarter bits; so below
        pa.field("police_id", TEXT),
        pa.field("phone", TEXT),
        pa.field("email", TEXT),
        pa.field("birth_date", TEXT),  # yyyy-mm-dd
        pa.field("birth_transposed", TEXT),  # the date with day and month swapped, where that is another date
        pa.field("birth_day", TEXT),  # mm-dd
        pa.field("birth_year", pa.int32()),  # of the date, or alone
        pa.field("sex", TEXT),
        pa.field("category", TEXT),
        pa.field("rank", TEXT),
        pa.field("seniority", pa.int32()),  # of the rank: 1 is the highest
        pa.field("unit", TEXT),
        pa.field("province_of_duty", TEXT),
        pa.field("category_rarity", pa.int32()),
        pa.field("unit_rarity", pa.int32()),
        pa.field("province_rarity", pa.int32()),
        pa.field("place_rarity", pa.int32()),  # of unit and province together
        pa.field("course_days", pa.list_(pa.int64())),  # see store.schemas.PERSONS
        pa.field("first_day", pa.int32()),  # of the course days; days since 1970
        pa.field("last_day", pa.int32()),
    ]
)
_UNKNOWN = frozenset({"unknown", "other", ""})  # codes that say nothing about a person


def features(persons: pa.Table, record_hash: pa.Array, frequencies: Frequencies) -> pa.Table:
    """Return the features of persons, in their order.

    Args:
        persons: Rows of `store.schemas.PERSONS`; anything but `person_ref` may be null.
        record_hash: One text per person.
        frequencies: How common each part of a name is, from the model.
    """
    birth_date = pc.strftime(persons["birth_date"], format="%Y-%m-%d")
    columns: dict[str, pa.Array | pa.ChunkedArray] = {
        "person_ref": persons["person_ref"],
        "record_hash": record_hash,
        "partner_id": persons["partner_id"],
        **_of_name(persons, birth_date, frequencies),
        "police_id": each(persons["police_id"], contacts.police_id),
        "phone": each(persons["phone"], contacts.phone),
        "email": each(persons["email"], contacts.email),
        "birth_date": birth_date,
        "birth_transposed": each(birth_date, transposed),
        "birth_day": pc.utf8_slice_codeunits(birth_date, 5, 10),
        "birth_year": pc.coalesce(pc.year(persons["birth_date"]).cast(pa.int32()), persons["birth_year"]),
        "sex": each(persons["sex"], contacts.sex),
        **_of_career(persons, frequencies),
    }
    return pa.table([columns[field.name] for field in FEATURES], schema=FEATURES)


def _of_name(persons: pa.Table, birth_date: pa.ChunkedArray, frequencies: Frequencies) -> dict[str, pa.Array]:
    latin = _names(persons["name_latin"], latin_name)
    khmer = _names(persons["name_khmer"], khmer_name)
    skeleton = _field(latin, "skeleton")
    return {
        "latin_key": _field(latin, "key"),
        "latin_first": _field(latin, "first"),
        "latin_last": _field(latin, "last"),
        "family": _half(latin, "first", 0),
        "given": _half(latin, "first", 1),
        "family_last": _half(latin, "last", 0),
        "given_last": _half(latin, "last", 1),
        "skeleton": skeleton,
        "dateless": pc.if_else(pc.is_null(birth_date), skeleton, pa.scalar(None, TEXT)),
        "spelled": _field(latin, "spelled"),
        "khmer_key": _field(khmer, "key"),
        "khmer_first": _field(khmer, "first"),
        "khmer_last": _field(khmer, "last"),
        "latin_known": pa.array([frequencies.knows_sounds(n) for n in latin[0]], pa.bool_()).take(latin[1]),
        "khmer_known": pa.array([frequencies.knows_letters(n) for n in khmer[0]], pa.bool_()).take(khmer[1]),
        "name_rarity": _rarity(latin, khmer, frequencies),
    }


def _of_career(persons: pa.Table, frequencies: Frequencies) -> dict[str, pa.Array | pa.ChunkedArray]:
    first_day, last_day = _days(persons["course_days"])
    category, unit = each(persons["category"], _said), each(persons["unit"], _said)
    unit_rarity = _code_rarity("unit", unit, frequencies)
    province_rarity = _code_rarity("province_of_duty", persons["province_of_duty"], frequencies)
    return {
        "category": category,
        "rank": each(persons["rank"], _said),
        "seniority": _seniority(persons["rank"]),
        "unit": unit,
        "province_of_duty": persons["province_of_duty"],
        "category_rarity": _code_rarity("category", category, frequencies),
        "unit_rarity": unit_rarity,
        "province_rarity": province_rarity,
        "place_rarity": pc.add(unit_rarity, province_rarity),
        "course_days": persons["course_days"],
        "first_day": first_day,
        "last_day": last_day,
    }


def each(column: pa.ChunkedArray | pa.Array, normalise: Callable[[str], str | None]) -> pa.Array:
    """Return a text column with every distinct value normalised once; null stays null."""
    values, codes = _distinct(column)
    return pa.array([normalise(v) for v in values], TEXT).take(codes)


def _said(code: str) -> str | None:
    return None if code in _UNKNOWN else code


def _distinct(column: pa.ChunkedArray | pa.Array) -> tuple[Sequence[str], pa.Array]:
    """Return the distinct values of a text column and, for each row, the number of its value (null for null)."""
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    encoded = whole.dictionary_encode()
    return encoded.dictionary.to_pylist(), encoded.indices


def _names(column: pa.ChunkedArray, parse: Callable[[str], Name]) -> tuple[list[Name], pa.Array]:
    values, codes = _distinct(column)
    return [parse(v) for v in values], codes


def _field(names: tuple[list[Name], pa.Array], field: str) -> pa.Array:
    return pa.array([getattr(name, field) for name in names[0]], TEXT).take(names[1])


def transposed(birth_date: str) -> str | None:
    """Return a date yyyy-mm-dd with day and month swapped; None where that is no date, or the same one."""
    year, month, day = birth_date.split("-")
    return None if int(day) > 12 or day == month else f"{year}-{day}-{month}"


def _code_rarity(column: str, codes: pa.ChunkedArray | pa.Array, frequencies: Frequencies) -> pa.Array:
    values, rows = _distinct(codes)
    return pa.array([frequencies.rarity_of_code(column, v) for v in values], pa.int32()).take(rows)


def _half(names: tuple[list[Name], pa.Array], arrangement: str, half: int) -> pa.Array:
    halves = [(getattr(name, arrangement) or "").partition(" ")[2 * half] or None for name in names[0]]
    return pa.array(halves, TEXT).take(names[1])


def _seniority(rank: pa.ChunkedArray) -> pa.Array:
    values, codes = _distinct(rank)
    places = seniority()
    return pa.array([places.get(v) for v in values], pa.int32()).take(codes)


def _days(course_days: pa.ChunkedArray) -> tuple[pa.Array, pa.Array]:
    """Return the first and the last course day of each person, in days since 1970; null for who was on none."""
    lists = course_days.combine_chunks()
    lengths = pc.fill_null(pc.list_value_length(lists), 0).to_numpy()
    days = pc.bit_wise_and(pc.list_flatten(lists), 2**DAY_BITS - 1).to_numpy()
    some = lengths > 0
    starts = (np.cumsum(lengths) - lengths)[some]
    place = pa.array(np.cumsum(some) - 1, mask=~some)
    ends = (ufunc.reduceat(days, starts) if len(starts) else days for ufunc in (np.minimum, np.maximum))
    first, last = (pa.array(each, pa.int32()).take(place) for each in ends)
    return first, last


def _rarity(
    latin: tuple[list[Name], pa.Array], khmer: tuple[list[Name], pa.Array], frequencies: Frequencies
) -> pa.Array:
    """Return how rare each person's name is: by its sounds, or by its Khmer letters where no Latin name stands."""
    by_sound = pa.array([frequencies.rarity_of_sounds(name) for name in latin[0]], pa.int32()).take(latin[1])
    by_letter = pa.array([frequencies.rarity_of_letters(name) for name in khmer[0]], pa.int32()).take(khmer[1])
    return pc.coalesce(by_sound, by_letter)
