"""One question under two headers: the first value counts, two different ones refuse the row."""

from __future__ import annotations

from tests.unit.readers.shapes.tables import column, lines, opened, refused, sheet, table
from warehouse.readers.grid import FaultyCell, Grid
from warehouse.readers.layout import lay_out
from warehouse.readers.shapes.merge import merged

BADGE = table(column("person_id", "badge", "badge_number", merge=True), column("name_latin", "name"))


def one_column(*rows: str, faults: tuple[FaultyCell, ...] = ()) -> Grid:
    return merged(opened(sheet("", *rows, faults=faults)), BADGE).grids[0]


def test_the_first_value_is_taken_wherever_it_stands() -> None:
    grid = one_column("badge | name | badge_number", "1 | A |", " | B | 2", "3 | C | 3", " | D |")
    assert lines(grid) == ["badge|name", "1|A", "2|B|2", "3|C|3", "|D"]
    assert grid.refused == ()
    assert "'badge', 'badge_number'" in grid.notes[0]


def test_two_different_values_refuse_the_row_and_are_not_told() -> None:
    grid = one_column("badge | name | badge_number", "1 | A | 2")
    assert refused(grid) == [(1, "values_differ")]
    assert grid.refused[0].subject == "'badge' and 'badge_number'"


def test_an_error_cell_of_either_is_one_of_the_column() -> None:
    rows = ("badge | name | badge_number", "1 | A |")
    assert one_column(*rows, faults=(FaultyCell(1, 2, "error_cell"),)).faults[0].position == 0


def test_a_file_with_one_of_them_is_left_as_it_is() -> None:
    grid = sheet("", "badge_number | name", "1 | A")
    assert merged(opened(grid), BADGE).grids == (grid,)


def test_the_table_is_found_with_both_there() -> None:
    (laid,) = lay_out(opened(sheet("", "badge | name | badge_number", " | B | 2")), BADGE).sheets
    assert laid.rows.column("person_id").to_pylist() == ["2"]
    assert laid.unknown == ()
