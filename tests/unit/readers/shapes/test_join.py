"""A name in two columns becomes one; a column it needs is missed."""

from __future__ import annotations

import pytest

from tests.unit.readers.shapes.tables import column, opened, sheet, table
from warehouse.readers.faults import HeaderMissing
from warehouse.readers.grid import FaultyCell
from warehouse.readers.layout import lay_out
from warehouse.readers.shapes.join import joined

NAME = table(column("name_latin", "Last name", join=["First name"]))


def test_family_and_given_name_become_one() -> None:
    rows = ("First name | Last name", "Piseth | Sok", " | Chan", "Dara |")
    (laid,) = lay_out(opened(sheet("", *rows)), NAME).sheets
    assert laid.rows.column("name_latin").to_pylist() == ["Sok Piseth", "Chan", "Dara"]
    assert laid.unknown == (), "the other column is known"


def test_an_error_in_either_is_one_in_the_name() -> None:
    grid = sheet("", "First name | Last name", "x | Sok", faults=(FaultyCell(1, 0, "error_cell"),))
    assert FaultyCell(1, 1, "error_cell") in joined(opened(grid), NAME).grids[0].faults


def test_the_other_column_is_missed() -> None:
    with pytest.raises(HeaderMissing, match="First name"):
        joined(opened(sheet("", "Last name", "Sok")), NAME)
