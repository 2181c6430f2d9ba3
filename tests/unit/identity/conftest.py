"""A home in which persons were identified: made by hand, so that a test knows every pair."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from warehouse.store.files import write_parquet
from warehouse.store.home import Home
from warehouse.store.schemas import CROSSWALK, bronze

Crosswalk = list[tuple[int, str, str, str]]  # person, officer, strict, lenient
Pairs = list[tuple[int, int, float]]  # left, right, probability
Identified = Callable[[Crosswalk, Pairs], Home]
Attended = Callable[..., None]


def person(number: int) -> str:
    return f"{number:08x}" * 4


@pytest.fixture
def identified(tmp_path: Path) -> Identified:
    """Write a crosswalk and scored pairs."""
    home = Home(tmp_path / "home", tmp_path / "partners", tmp_path / "project")

    def write(crosswalk: Crosswalk, pairs: Pairs) -> Home:
        rows = [
            {"person_ref": person(n), "officer_key": officer, "strict_key": strict, "lenient_key": lenient}
            for n, officer, strict, lenient in crosswalk
        ]
        write_parquet(home, home.crosswalk, pa.Table.from_pylist(rows, schema=CROSSWALK))
        scored = [
            {"left": person(a), "right": person(b), "match_weight": 40 * p - 20, "probability": p} for a, b, p in pairs
        ]
        columns = [(name, pa.string()) for name in ("left", "right")]
        columns += [(name, pa.float64()) for name in ("match_weight", "probability")]
        write_parquet(home, home.identity_pairs, pa.Table.from_pylist(scored, schema=pa.schema(columns)))
        return home

    return write


@pytest.fixture
def attended(tmp_path: Path) -> Attended:
    """Write accepted attendance of persons."""
    home = Home(tmp_path / "home")

    def write(*numbers: int, partner: str = "iom", delivery: str = "d", **said: object) -> None:
        schema = bronze("attendance")
        row = {"programme_id": "p", "event_id": "e", "session_date": dt.date(2024, 5, 1), "province_of_duty": "07"}
        row |= {"module_id": "m", "province_of_training": "07", "partner_id": partner, "category": "police_officer"}
        rows = [row | {"person_ref": person(n)} | said for n in numbers]
        write_parquet(home, home.bronze("attendance", partner, delivery), pa.Table.from_pylist(rows, schema=schema))

    return write
