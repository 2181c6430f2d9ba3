"""The floor: bare DuckDB on the same files, doing only what cannot be left out."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import duckdb

Step = Callable[[str], AbstractContextManager[None]]


def run_floor(work: Path, step: Step) -> dict[str, Any]:
    """Read all files as text, write them as Parquet, and count officers per province and module.

    No type, no code list, no rule, no key, no ledger: whatever does more takes longer.
    """
    files, parquet = str(work / "home" / "inbox" / "benchmark" / "*.csv"), str(work / "floor.parquet")
    connection = duckdb.connect()
    with step("read as text, write Parquet"):
        connection.execute(
            f"copy (select * from read_csv('{files}', all_varchar=true, header=true, delim=',')) "  # noqa: S608 -- own paths
            f"to '{parquet}' (format parquet)"
        )
    with step("officers per province and module"):
        cells = connection.execute(
            'select "Province of duty", "Module", count(distinct "Person id") '  # noqa: S608 -- own paths
            f"from read_parquet('{parquet}') where \"Category\" = 'Police' and \"Attendance\" in ('P', '✓', '1') "
            "group by all"
        ).fetchall()
    return {"cells": len(cells)}
