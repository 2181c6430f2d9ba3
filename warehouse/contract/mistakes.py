"""Mistakes in contracts: all collected first, then raised once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import ClassVar

from warehouse.errors import TerminalError


@dataclass(frozen=True)
class Mistake:
    """One mistake in a contract.

    Attributes:
        file: The contract file, relative to the contracts folder.
        path: Where in the file, e.g. ``schema[0].properties[3].customProperties.codes``.
        found: What was there.
        expected: What should be there.
        action: What to do.
    """

    file: str
    path: str
    found: str
    expected: str
    action: str

    def as_dict(self) -> dict[str, str]:
        """Return the five fields for a report."""
        return asdict(self)


class ContractsInvalid(TerminalError):
    """One or more contracts hold mistakes; `mistakes` lists them all."""

    code: ClassVar[str] = "SALA-C001"
    title: ClassVar[str] = "A contract cannot be used"

    def __init__(self, where: str, mistakes: Sequence[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        blocks = [
            f"{m.file} at {m.path}\n              got {m.found}\n              expected {m.expected}"
            f"\n              do this: {m.action}"
            for m in self.mistakes
        ]
        super().__init__(
            where,
            f"{len(self.mistakes)} mistake(s)\n            " + "\n            ".join(blocks),
            "contracts that follow docs/contracts.md",
            "mend each of them, then run: sala check",
        )


class ContractUnknown(TerminalError):
    """No contract has this partner id."""

    code: ClassVar[str] = "SALA-C002"
    title: ClassVar[str] = "No contract for this partner"
