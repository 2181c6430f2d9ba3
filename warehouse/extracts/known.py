"""What an agreement may name: programmes and partners of the contracts, categories, indicators of dbt."""

from __future__ import annotations

from pathlib import Path

import yaml

from warehouse.contract import check_contracts
from warehouse.contract.agreements import Known
from warehouse.contract.entities import CATEGORIES
from warehouse.store.home import Home


def known_names(home: Home) -> Known:
    """Return every name that is known today; contracts with mistakes declare nothing."""
    contracts = check_contracts(home.contracts)[0]
    return Known(
        programmes=frozenset(programme.id for contract in contracts for programme in contract.programmes),
        partners=frozenset(contract.id for contract in contracts),
        categories=frozenset(CATEGORIES),
        indicators={
            path.stem: _not_counted_by(path.with_suffix(".yml"))
            for path in (home.project / "transforms/models/indicators").glob("*.sql")
        },
    )


def _not_counted_by(path: Path) -> frozenset[str]:
    """Return the dimensions that an indicator's own file says it is not counted by."""
    try:
        models = yaml.safe_load(path.read_text(encoding="utf-8"))["models"]
        return frozenset(models[0]["config"]["meta"].get("not_counted_by", ()))
    except (OSError, yaml.YAMLError, LookupError, TypeError):
        return frozenset()  # dbt says what is wrong with the file, in its own words
