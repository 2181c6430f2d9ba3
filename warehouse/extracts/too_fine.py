"""Tables most of whose figures would have to be hidden are not given at all.

What would be left of them tells little and gives away much: their zeros alone say where the few people are. A table is
an indicator counted by several dimensions, within one window; the total and single dimensions always stay. A cumulative
table may stay without that of the period: by how much it grew since an earlier issue is looked at as a figure anyway.
"""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

_TABLE = ("indicator", "grouping", "window")


class Tables(NamedTuple):
    """What is given, and the tables that are not: indicator, dimensions and window, each once."""

    figures: pa.Table
    left_out: tuple[tuple[str, str, str], ...]


def without_too_fine(figures: pa.Table, minimum: int) -> Tables:
    """Return the figures without the tables most of whose figures of somebody count fewer people than the minimum.

    Args:
        figures: With the schema FIGURES, nothing hidden yet.
        minimum: Fewest people that may stand behind a figure.
    """
    some: dict[tuple[str, str, str], int] = defaultdict(int)
    few: dict[tuple[str, str, str], int] = defaultdict(int)
    for row in figures.select([*_TABLE, "persons"]).to_pylist():
        table = (row["indicator"], row["grouping"], row["window"])
        if "," in row["grouping"] and row["persons"]:
            some[table] += 1
            few[table] += row["persons"] < minimum
    left_out = tuple(table for table in some if 2 * few[table] > some[table])
    names = pc.binary_join_element_wise(*(figures[name] for name in _TABLE), " ")
    kept = pc.invert(pc.is_in(names, pa.array([" ".join(table) for table in left_out], pa.string())))
    return Tables(figures.filter(kept), left_out)
