"""A contract in the making: what will be written, with what is doubtful at each line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from warehouse.contract.entities import Column


@dataclass
class Line:
    """One custom property, or one item, with what is doubtful and what only a person can fill in."""

    name: str
    value: Any
    doubts: list[str] = field(default_factory=list)
    fill_in: str = ""


@dataclass
class DraftColumn:
    """One column: where its values come from, and what of that is doubtful.

    Attributes:
        column: The canonical column.
        header: The partner's header; None where a template gives the values.
        synonyms: How other sheets spell the header.
        texts: Its different texts as far as they may be shown.
        days: Of dates the first and the last.
    """

    column: Column
    header: str | None = None
    synonyms: list[str] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    required: bool = False
    primary_key: bool = False
    texts: list[str] = field(default_factory=list)
    days: tuple[date, date] | None = None

    @property
    def name(self) -> str:
        """The canonical name."""
        return self.column.name

    def line(self, name: str, value: Any, *doubts: str, fill_in: str = "") -> None:
        """Add one custom property."""
        self.lines.append(Line(name, value, [d for d in doubts if d], fill_in))


@dataclass
class DraftTable:
    """One table of the contract."""

    name: str
    physical_name: str
    description: str
    lines: list[Line] = field(default_factory=list)
    columns: list[DraftColumn] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)

    def line(self, name: str, value: Any, *doubts: str, fill_in: str = "") -> None:
        """Add one custom property."""
        self.lines.append(Line(name, value, [d for d in doubts if d], fill_in))


@dataclass
class Draft:
    """A whole contract.

    Attributes:
        partner: The partner's id.
        extension: The ending of its files, without the point.
        programmes: Ids of the programmes the sample names, with what they are called.
        table: The table of the sample.
    """

    partner: str
    extension: str
    programmes: dict[str, str]
    table: DraftTable

    def doubts(self) -> Iterator[dict[str, str]]:
        """Yield each doubt with its place."""
        yield from ({"place": self.table.name, "doubt": doubt} for doubt in self.table.doubts)
        for line in self.table.lines:
            yield from ({"place": f"{self.table.name} › {line.name}", "doubt": doubt} for doubt in line.doubts)
        for column in self.table.columns:
            place = f"{self.table.name} › {column.name}"
            yield from ({"place": place, "doubt": doubt} for doubt in column.doubts)
            for line in column.lines:
                yield from ({"place": f"{place} › {line.name}", "doubt": doubt} for doubt in line.doubts)
