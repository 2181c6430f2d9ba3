"""Where a sheet's header stands and which of its columns a step asks for, before the table is looked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from warehouse.contract.model import Table
from warehouse.contract.spelling import fold_text, tidy
from warehouse.readers.faults import HeaderDuplicated, HeaderMissing
from warehouse.readers.grid import Grid
from warehouse.readers.header import wanted_headers


@dataclass(frozen=True)
class Names:
    """The header row of a sheet: its place (from 0), its cells folded, and what a message calls it."""

    row: int
    cells: tuple[str, ...]
    where: str

    def places(self, headers: Iterable[str]) -> list[int]:
        """Return where columns of these headers stand, from the left."""
        asked = set(map(fold_text, headers))
        return [place for place, cell in enumerate(self.cells) if cell and cell in asked]

    def place(self, header: str) -> int:
        """Return where the one column of this header stands.

        Raises:
            HeaderMissing, HeaderDuplicated: There is none, or more than one.
        """
        places = self.places([header])
        if not places:
            action = "export the column too, or change the header in the contract"
            raise HeaderMissing(self.where, f"no column {header!r}", "every header that the contract reads", action)
        if len(places) > 1:
            raise HeaderDuplicated(self.where, f"{header!r} twice", f"one column {header!r}", "remove one of them")
        return places[0]


def names_of(grid: Grid, table: Table) -> Names | None:
    """Return the row among the first that names most of what the contract reads; None where none names anything."""
    asked = {*wanted_headers(table), *table.known_headers}
    found = [tuple(fold_text(cell) for cell in row) for row in grid.rows[: table.header_within]]
    hits = [len(asked.intersection(cells)) for cells in found]
    best = max(range(len(hits)), key=hits.__getitem__, default=0)
    if not hits or not hits[best]:
        return None
    return Names(best, found[best], f"{grid.where}, row {grid.number_of(best)}")


def rows_below(grid: Grid, names: Names) -> Iterator[int]:
    """Yield the places of the rows below the header that hold a value."""
    for place in range(names.row + 1, len(grid.rows)):
        if any(tidy(cell) for cell in grid.rows[place]):
            yield place


def cell(grid: Grid, row: int, place: int) -> str:
    """Return a cell's text as the file has it; empty beyond the end of its row."""
    cells = grid.rows[row]
    return cells[place] if place < len(cells) else ""
