"""The two methods people try first, as a yardstick: names compared as text, nothing else known of names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from types import MappingProxyType

import numpy as np
import pyarrow as pa

from warehouse.evaluation.measures import Labels

MARKS = re.compile(r"[\W_]+")


def by_name_and_birth(persons: pa.Table) -> Labels:
    """Return clusters of the same normalised Latin name and the same birth date; without either, one stays alone.

    Normalised: compatibility form, folded case, accents and punctuation gone, single spaces.
    """
    names = [_normalised(name) for name in persons["name_latin"].to_pylist()]
    births = persons["birth_date"].to_pylist()
    return _numbered([(n, b) if n and b else None for n, b in zip(names, births, strict=True)])


def by_lower_name(persons: pa.Table) -> Labels:
    """Return clusters of the same Latin name in lower case; without a name, one stays alone."""
    return _numbered([name.strip().lower() if name else None for name in persons["name_latin"].to_pylist()])


METHODS: MappingProxyType[str, Callable[[pa.Table], Labels]] = MappingProxyType(
    {"normalised name + birth date": by_name_and_birth, "lower-cased name": by_lower_name}
)


def _normalised(name: str | None) -> str:
    parts = unicodedata.normalize("NFKD", name or "").casefold()
    return MARKS.sub(" ", "".join(c for c in parts if not unicodedata.combining(c))).strip()


def _numbered(keys: list[object | None]) -> Labels:
    """Return a number from 0 per different key; each missing key is a number of its own."""
    known: dict[object, int] = {}
    numbers = [
        known.setdefault(("alone", place) if key is None else ("key", key), len(known))
        for place, key in enumerate(keys)
    ]
    return np.array(numbers, np.int64)
