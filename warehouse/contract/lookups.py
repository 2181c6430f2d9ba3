"""The shared code lists: provinces, ranks, units and modules, read from dbt's seeds.

dbt joins the same files, so a code means one thing in Python and in SQL.
"""

from __future__ import annotations

import csv
import hashlib
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from warehouse.contract.spelling import fold_name

SEEDS = Path(__file__).resolve().parents[2] / "transforms" / "seeds"


class _Files(NamedTuple):
    codes: str
    code_column: str
    aliases: str | None


_LOOKUPS = MappingProxyType(
    {
        "provinces": _Files("provinces.csv", "province_code", "province_aliases.csv"),
        "ranks": _Files("ranks.csv", "rank_code", "rank_aliases.csv"),
        "units": _Files("units.csv", "unit_code", "unit_aliases.csv"),
        "modules": _Files("modules.csv", "module_id", None),
    }
)


@cache
def codes(lookup: str) -> frozenset[str]:
    """Return all codes of a lookup."""
    files = _LOOKUPS[lookup]
    return frozenset(row[files.code_column] for row in _rows(files.codes))


@cache
def aliases(lookup: str) -> dict[str, str]:
    """Return folded spelling → code; the codes themselves are always spellings."""
    files = _LOOKUPS[lookup]
    known = {fold_name(code): code for code in codes(lookup)}
    if files.aliases:
        known |= {fold_name(row["alias"]): row[files.code_column] for row in _rows(files.aliases)}
    return known


@cache
def names(lookup: str) -> dict[str, tuple[str, ...]]:
    """Return code → its official names, in English and Khmer."""
    files = _LOOKUPS[lookup]
    return {
        row[files.code_column]: tuple(text for name, text in row.items() if name.endswith(("_name_en", "_name_km")))
        for row in _rows(files.codes)
    }


@cache
def seniority() -> dict[str, int]:
    """Return rank code → place in the order of ranks: 1 is the highest, 99 stands for no rank."""
    return {row["rank_code"]: int(row["seniority"]) for row in _rows("ranks.csv")}


def _rows(name: str) -> list[dict[str, str]]:
    with (SEEDS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def fingerprint() -> str:
    """Return a digest of all code lists: a changed list can change what becomes of a file."""
    digest = hashlib.sha256()
    for files in _LOOKUPS.values():
        for name in (files.codes, files.aliases):
            digest.update((SEEDS / name).read_bytes() if name else b"")
    return digest.hexdigest()[:16]
