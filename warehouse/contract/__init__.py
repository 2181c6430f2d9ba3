"""Partner contracts: typed, with every mistake collected before any is raised."""

from warehouse.contract.loading import check_contracts, load_contracts
from warehouse.contract.mistakes import ContractsInvalid, ContractUnknown, Mistake
from warehouse.contract.model import ColumnContract, Contract, Rule, Table, find

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
