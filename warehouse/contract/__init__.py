"""Partner contracts: typed, with every mistake collected before any is raised."""

from typing import TYPE_CHECKING, Any

from warehouse.contract.mistakes import ContractsInvalid, ContractUnknown, Mistake
from warehouse.contract.model import ColumnContract, Contract, Rule, Table, find

if TYPE_CHECKING:
    from warehouse.contract.loading import check_contracts, load_contracts

__all__ = [
    "ColumnContract",
    "Contract",
    "ContractUnknown",
    "ContractsInvalid",
    "Mistake",
    "Rule",
    "Table",
    "check_contracts",
    "find",
    "load_contracts",
]


def __getattr__(name: str) -> Any:
    """Return what loads contracts, imported when first asked for: a reading process gets its contract ready-made."""
    if name not in ("check_contracts", "load_contracts"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from warehouse.contract import loading

    return getattr(loading, name)
