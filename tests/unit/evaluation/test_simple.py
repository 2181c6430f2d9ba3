"""The two simple methods put together what they say, and nothing else."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pyarrow as pa

from warehouse.evaluation.simple import by_lower_name, by_name_and_birth

DAY, OTHER = dt.date(1980, 1, 2), dt.date(1980, 2, 1)


def persons(*rows: tuple[str | None, dt.date | None]) -> pa.Table:
    return pa.table(
        {
            "name_latin": pa.array([row[0] for row in rows], pa.string()),
            "birth_date": pa.array([row[1] for row in rows], pa.date32()),
        }
    )


def groups(found: Any) -> list[int]:
    return [found.tolist().index(label) for label in found.tolist()]


def test_name_and_birth_date_ignore_case_marks_and_accents() -> None:
    found = by_name_and_birth(persons(("SOK  Dara", DAY), ("Sôk-Dara", DAY), ("Sok Dara", OTHER), ("Sokh Dara", DAY)))
    assert groups(found) == [0, 0, 2, 3]


def test_name_and_birth_date_leave_alone_who_lacks_one() -> None:
    found = by_name_and_birth(persons(("Sok", None), ("Sok", None), (None, DAY), (None, DAY), (" - ", DAY), ("-", DAY)))
    assert groups(found) == list(range(6))


def test_the_lower_cased_name_ignores_case_only() -> None:
    nameless = (None, None)
    found = by_lower_name(persons(("SOK Dara", DAY), ("sok dara ", OTHER), ("Sok-Dara", DAY), nameless, nameless))
    assert groups(found) == [0, 0, 2, 3, 4]
