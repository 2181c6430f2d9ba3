"""What an agreement may name: programmes and partners of the contracts, categories, indicators of dbt."""

from __future__ import annotations

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
        indicators=frozenset(path.stem for path in (home.project / "transforms/models/indicators").glob("*.sql")),
    )
