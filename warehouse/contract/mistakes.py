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
        place: The path with the names of the items in it and the line, for people; empty where there is none.
    """

    file: str
    path: str
    found: str
    expected: str
    action: str
    place: str = ""

    @property
    def heading(self) -> str:
        """The file and the place in it."""
        where = self.place or self.path
        return f"{self.file} at {where}" if where else self.file

    def as_dict(self) -> dict[str, str]:
        """Return the fields for a report."""
        return asdict(self) | {"place": self.place or self.path}


def count_of(mistakes: Sequence[Mistake]) -> str:
    """Return how many mistakes there are, in words."""
    return f"{len(mistakes)} mistake{'' if len(mistakes) == 1 else 's'}"


class ContractsInvalid(TerminalError):
    """One or more contracts hold mistakes; `mistakes` lists them all."""

    code: ClassVar[str] = "SALA-C001"
    title: ClassVar[str] = "A contract cannot be used"
    guide: ClassVar[str] = "contracts that follow docs/contracts.md"

    def __init__(self, where: str, mistakes: Sequence[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        blocks = [
            f"{m.heading}\n              got {m.found}\n              expected {m.expected}"
            f"\n              do this: {m.action}"
            for m in self.mistakes
        ]
        super().__init__(
            where,
            f"{count_of(self.mistakes)}\n            " + "\n            ".join(blocks),
            self.guide,
            "mend each of them, then run: sala check",
        )


class ContractUnknown(TerminalError):
    """No contract has this partner id."""

    code: ClassVar[str] = "SALA-C002"
    title: ClassVar[str] = "No contract for this partner"
