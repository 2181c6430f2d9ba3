"""Shapes in which platforms export: each step makes of the opened sheets what the table is then looked for in."""

from __future__ import annotations

from collections.abc import Callable

from warehouse.contract.model import Table
from warehouse.readers.grid import Opened
from warehouse.readers.shapes.choices import unfolded
from warehouse.readers.shapes.join import joined
from warehouse.readers.shapes.keep import kept
from warehouse.readers.shapes.merge import merged
from warehouse.readers.shapes.refuse import refused_by_partner
from warehouse.readers.shapes.repeat import repeated

# What counts is decided on the submissions, before a repeat group's rows take their columns.
STEPS: tuple[Callable[[Opened, Table], Opened], ...] = (merged, joined, unfolded, kept, refused_by_partner, repeated)


def shaped(opened: Opened, table: Table) -> Opened:
    """Return the sheets as the contract's table has them; the same where it says nothing of it.

    Raises:
        FileHeld: What a step needs is not there.
    """
    for step in STEPS:
        opened = step(opened, table)
    return opened
