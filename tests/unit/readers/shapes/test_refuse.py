"""What the partner itself did not approve is refused with the contract's reason."""

from __future__ import annotations

import pytest

from tests.unit.readers.shapes.tables import column, opened, refused, sheet, table
from warehouse.readers.faults import HeaderMissing
from warehouse.readers.grid import RefusedRow
from warehouse.readers.shapes.refuse import refused_by_partner

STATUS = table(
    column("person_id", "badge"),
    refuses=[{"header": "state", "values": ["Not Approved", "On Hold"], "reason": "the office refused it"}],
)


def test_a_status_is_compared_as_texts_are() -> None:
    rows = ("badge | state", "1 | Approved", "2 | not  approved", "3 | On Hold", "4 |")
    grid = refused_by_partner(opened(sheet("", *rows)), STATUS).grids[0]
    assert refused(grid) == [(2, "rejected_status"), (3, "rejected_status")]
    assert grid.refused[0] == RefusedRow(2, "rejected_status", "'state'", "the office refused it")


def test_a_superseded_row_stays_superseded() -> None:
    before = sheet("", "badge | state", "1 | On Hold", refused=(RefusedRow(1, "superseded"),))
    assert refused(refused_by_partner(opened(before), STATUS).grids[0]) == [(1, "superseded")]


def test_the_column_is_missed() -> None:
    with pytest.raises(HeaderMissing, match="state"):
        refused_by_partner(opened(sheet("", "badge", "1")), STATUS)
