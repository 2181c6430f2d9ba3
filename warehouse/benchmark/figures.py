"""The same figures three ways: a benchmark of programs that answer differently says nothing.

The reference reads the delivered text with plain SQL and leaves out the rows that are faulty by construction; it
shares no code with the pipeline.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

import duckdb
import pyarrow as pa

from warehouse.benchmark.generate import FAULTS
from warehouse.benchmark.spellings import STATUSES, Spellings
from warehouse.errors import TerminalError
from warehouse.store.database import open_version

Figures = dict[tuple[str, str], int]
_KEY = '"Event", "Session date", "Session", "Person id"'


class FiguresDiffer(TerminalError):
    """Two of the measured programs do not give the same officers per province and module."""

    code: ClassVar[str] = "SALA-B002"
    title: ClassVar[str] = "The measured programs give different figures"


def reference(inbox: Path, spellings: Spellings) -> Figures:
    """Return officers reached per province of duty and module, from the sound rows of the files."""
    connection = duckdb.connect()
    connection.execute("set threads = 2; set memory_limit = '3GB'")
    for name, spelled in (("provinces", spellings.provinces), ("modules", spellings.modules)):
        connection.register(name, pa.table({"text": list(spelled), "code": list(spelled.values())}))
    sound = " and ".join(f"\"{column}\" <> '{text}'" for column, text in FAULTS)
    present = ", ".join(f"'{text}'" for text, status in STATUSES.items() if status == "present")
    rows = connection.execute(
        f"""
        with sound as (
            select * from read_csv('{inbox}/*.csv', all_varchar=true, header=true, delim=',', quote='', nullstr='NULL')
            where {sound}
        ),
        contradicted as (select {_KEY} from sound group by all having min("Hours") <> max("Hours"))
        select provinces.code, modules.code, count(distinct "Person id")
        from sound anti join contradicted using ({_KEY})
        inner join provinces on "Province of duty" = provinces.text
        inner join modules on "Module" = modules.text
        where "Category" = 'Police' and "Attendance" in ({present})
        group by all
        """  # noqa: S608 -- own constants
    ).fetchall()
    return {(province, module): count for province, module, count in rows}


def published(database: Path) -> Figures:
    """Return the same from the published mart."""
    with open_version(database) as connection:
        rows = connection.execute(
            "select province_code, module_id, persons_reached from marts.officers_trained "
            "where grouping_level = 'province_module' and province_basis = 'duty' and population = 'officers' "
            "and persons_reached > 0"
        ).fetchall()
    return {(province, module): count for province, module, count in rows}


def compare(name: str, found: Figures, expected: Figures) -> None:
    """Make sure two ways agree in every cell.

    Raises:
        FiguresDiffer: They do not.
    """
    cells = sorted(cell for cell in found.keys() | expected.keys() if found.get(cell) != expected.get(cell))
    if cells or not expected:
        first = [f"{cell}: {found.get(cell)} instead of {expected.get(cell)}" for cell in cells[:3]]
        raise FiguresDiffer(
            name,
            f"{len(cells)} of {len(expected)} cells differ; " + "; ".join(first),
            "the officers per province and module of a plain query on the files",
            "a difference is a defect of the pipeline or of the benchmark: report it with the seed and the rows",
        )


def of_lists(cells: list[list[Any]]) -> Figures:
    """Return figures that came as JSON."""
    return {(str(province), str(module)): int(count) for province, module, count in cells}
