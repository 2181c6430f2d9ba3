"""Dictionary-encoded columns: what is asked of a column is asked once for each value, however many rows hold it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from warehouse.readers.raw import TEXT

Codes = npt.NDArray[np.int32]
Rows = npt.NDArray[np.int64]
_LARGEST = 1 << 62  # below it a number of 64 bits holds the number of a tuple


@dataclass
class Column:
    """One column.

    Attributes:
        codes: For each row, the place of its value among `values`.
        values: The distinct values, typed; None where the text was empty or broke a rule.
        rules: For each value, the rule its text broke, or None.
    """

    codes: Codes
    values: list[object | None]
    rules: list[str | None]

    @classmethod
    def of(cls, codes: Codes, values: list[object | None], rules: list[str | None] | None = None) -> Column:
        """Return a column with one code per value: two spellings of a value are one, unreadable texts stay apart."""
        rules = rules or [None] * len(values)
        keys = (
            [
                ("unreadable", place) if rule else value
                for place, (value, rule) in enumerate(zip(values, rules, strict=True))
            ]
            if any(rules)
            else values
        )
        if len(set(keys)) == len(keys):
            return cls(codes, values, rules)
        numbers: dict[object, int] = {}
        code_of = np.array([numbers.setdefault(key, len(numbers)) for key in keys], np.int32)
        first = np.unique(code_of, return_index=True)[1]
        return cls(code_of[codes], [values[place] for place in first], [rules[place] for place in first])

    @classmethod
    def constant(cls, value: object | None, count: int) -> Column:
        """Return a column that holds one value in every row."""
        return cls(np.zeros(count, np.int32), [value], [None])

    def at(self, rows: Rows) -> Column:
        """Return the column of some of the rows."""
        return Column(self.codes[rows], self.values, self.rules)

    def array(self, arrow_type: pa.DataType) -> pa.Array:
        """Return the column as an Arrow array; text is of type `TEXT` and has no value that no row holds."""
        if arrow_type != pa.string():
            return pa.array(self.values, arrow_type).take(pa.array(self.codes))
        # A dictionary is written whole: a value of refused rows only must not be among the accepted ones.
        codes = self.codes.astype(np.intp)  # else each use as an index does it
        held = np.zeros(len(self.values), bool)
        held[codes] = True
        empty = held & np.array([value is None for value in self.values], bool)
        held &= ~empty
        place_of = (np.cumsum(held) - 1).astype(np.int32)
        places = self.codes if held.all() else place_of[codes]
        texts = pa.array([self.values[place] for place in np.flatnonzero(held).tolist()], pa.string())
        mask = empty[codes] if empty.any() else None
        array = pa.DictionaryArray.from_arrays(pa.array(places, mask=mask), texts)
        assert array.type == TEXT
        return array


def combined(columns: Sequence[Column]) -> npt.NDArray[np.int64]:
    """Return a number for each row: two rows have the same one when they hold the same value in every column."""
    numbers, count = columns[0].codes.astype(np.int64), len(columns[0].values)
    for column in columns[1:]:
        if count * len(column.values) >= _LARGEST:
            numbers, distinct = pd.factorize(numbers)
            count = len(distinct)
        numbers = numbers * len(column.values) + column.codes
        count *= len(column.values)
    return numbers


def shared(numbers: npt.NDArray[np.int64]) -> Rows:
    """Return the rows whose number another row has too; sorted numbers stand beside their equals."""
    ordered = np.sort(numbers)
    twice = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
    return np.flatnonzero(pd.Series(numbers).isin(twice).to_numpy())


def numbered(columns: Sequence[Column]) -> tuple[npt.NDArray[np.int64], Rows]:
    """Return for each row the number of its tuple of values, from 0, and for each number its first row."""
    if len(columns) == 1:  # values have numbers already; counted from the end, so that the first row is noted last
        codes = columns[0].codes
        first = np.full(len(columns[0].values), -1, np.int64)
        first[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)
        if (first >= 0).all():
            return codes.astype(np.int64), first
    numbers = pd.factorize(combined(columns))[0].astype(np.int64)
    # Numbers are given in the order of the rows: a row with a higher one than all before it is the first of its kind.
    first = np.flatnonzero(np.diff(np.maximum.accumulate(numbers), prepend=-1))
    return numbers, first
