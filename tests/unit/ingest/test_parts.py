"""Parts of cells: what is taken, what stays whole, and what is refused instead of guessed."""

from __future__ import annotations

import pytest

from tests.unit.readers.shapes.tables import column
from warehouse.ingest.parts import MISSING, parts_of, refusing_missing
from warehouse.ingest.values import Converted
from warehouse.readers.raw import REAL_DATE

MARK = r"(?P<value>[PA])(?: \(\d+/\d+\))?|User enrolment starts .+"


@pytest.mark.parametrize(
    ("cell", "part"),
    [
        ("P (2/2)", "P"),
        (" A   (0/2) ", "A"),
        ("User enrolment starts 13 March 2024", ""),
        ("", ""),
        ("  ", "  "),
        ("?", "?"),
        ("present", MISSING),
        ("P (2/2) or A", MISSING),
        (f"{REAL_DATE}2024-03-13", f"{REAL_DATE}2024-03-13"),
    ],
)
def test_what_is_taken_from_a_cell(cell: str, part: str) -> None:
    status = column("status", "Mark", extract=MARK, codes={"present": ["P"], "absent": ["A"], "unknown": ["?"]})
    assert parts_of(status, [cell]) == [part]


def test_a_column_without_parts_is_left_alone() -> None:
    assert parts_of(column("status", "Mark"), ["P (2/2)"]) == ["P (2/2)"]


def test_a_missing_part_refuses_and_everything_else_is_converted() -> None:
    convert = refusing_missing(lambda text: Converted(text.upper()))
    assert convert(MISSING) == Converted(None, "part_missing")
    assert convert("p") == Converted("P")
