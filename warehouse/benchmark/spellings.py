"""What the invented partner writes for each code: from its contract and from the shared code lists."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from warehouse.contract import Contract, load_contracts
from warehouse.contract.lookups import SEEDS

PARTNER = "benchmark"
CONTRACT = Path(__file__).with_name("contract.odcs.yaml")
STATUSES = {"P": "present", "✓": "present", "1": "present", "A": "absent", "0": "absent", "?": "unknown", "": "unknown"}
SEXES = {"F": "female", "M": "male", "": "unknown"}
HOURS = ("1.5", "2", "3.5")


@dataclass(frozen=True)
class Spellings:
    """Raw text → canonical code, for every coded column."""

    modules: dict[str, str]
    categories: dict[str, str]
    provinces: dict[str, str]
    ranks: dict[str, str]
    units: dict[str, str]


def read_spellings(contracts: Path) -> Spellings:
    """Return the spellings of the benchmark's contract in a contracts folder, and of the seeds."""
    contract = load_contracts(contracts)[0]
    return Spellings(
        modules=_own(contract, "module_id"),
        categories=_own(contract, "category"),
        provinces=_seed("provinces", "province_name_en", "province_name_km"),
        ranks=_seed("ranks", "rank_name_en"),
        units=_seed("units", "unit_name_en"),
    )


def _own(contract: Contract, column: str) -> dict[str, str]:
    options = next(c.options for c in contract.tables[0].columns if c.name == column)
    return {raw: code for code, raws in options.codes.items() for raw in raws}


def _seed(lookup: str, *columns: str) -> dict[str, str]:
    with (SEEDS / f"{lookup}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    places = [rows[0].index(column) for column in columns]
    return {row[place]: row[0] for place in places for row in rows[1:] if "," not in row[place]}
