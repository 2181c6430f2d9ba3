"""Where the table of an unknown export stands: header, data, subtotals, signatures."""

from __future__ import annotations

import pytest

from warehouse.drafting.finding import alike, find_table
from warehouse.readers.grid import Grid, Region

HEADER = ["No.", "ID", "Name", "Sex", "Province", "Day 1 05/06/2024", "Remarks"]
ROWS = [[str(n), f"K-{n}", f"Canary Dara{n}", "F", "Kampot", "✓", ""] for n in range(1, 9)]


def grid(*rows: list[str], merged: tuple[Region, ...] = (), number: int = 1) -> Grid:
    return Grid(f"Sheet{number}", number, list(rows), len(rows), merged=merged)


@pytest.mark.parametrize("titles", [0, 1, 4, 9])
def test_the_header_is_found_below_any_number_of_titles(titles: int) -> None:
    above = [[f"Attendance list of the {n}th course", "", ""] for n in range(titles)]
    found = find_table(grid(*above, [], HEADER, *ROWS))
    assert found is not None
    assert (found.first, found.lines, found.headers, found.rows) == (titles + 1, 1, HEADER, ROWS)
    assert found.numbers[0] == titles + 3
    assert len(found.above) == titles


def test_what_is_no_data_is_set_aside() -> None:
    signatures = [["Prepared by: Canary", "", ""], ["12/06/2024"]]
    found = find_table(grid(HEADER, *ROWS, ["Subtotal", "", "8"], ["Total", "", "8"], [], *signatures))
    assert found is not None
    assert found.rows == ROWS
    assert (found.footers, found.ends) == (["Subtotal", "Total"], ["Prepared by"])


def test_few_cells_below_a_table_are_doubtful() -> None:
    found = find_table(grid(HEADER, *ROWS, [], ["", "", "Canary Dara"], ["", "", "12/06/2024"]))
    assert found is not None
    assert found.rows == ROWS
    assert found.loose == [11, 12]


def test_a_header_that_stands_again_is_no_data() -> None:
    found = find_table(grid(HEADER, *ROWS[:4], HEADER, *ROWS[4:]))
    assert found is not None
    assert found.rows == ROWS


def test_a_header_of_two_lines_is_joined() -> None:
    upper = ["No.", "Participant", "", "Attendance", ""]
    lower = ["", "Name", "Sex", "Day 1", "Day 2"]
    merged = (Region(0, 1, 0, 2), Region(0, 3, 0, 4))
    rows = [[str(n), "Canary", "F", "P", "A"] for n in range(5)]
    found = find_table(grid(upper, lower, *rows, merged=merged))
    assert found is not None
    assert (found.first, found.lines) == (0, 2)
    assert found.headers == [
        "No.",
        "Participant / Name",
        "Participant / Sex",
        "Attendance / Day 1",
        "Attendance / Day 2",
    ]
    assert found.rows == rows


def test_a_row_of_texts_below_a_header_is_no_second_line() -> None:
    found = find_table(grid(["Name", "Sex", "Rank"], ["Canary", "F", "Captain"], ["Canary", "M", "Major"]))
    assert found is not None
    assert (found.lines, len(found.rows)) == (1, 2)


@pytest.mark.parametrize("rows", [[], [[""]], [["Notes"]], [["", " "], ["\u200b"]], [HEADER]])
def test_nothing_is_found_where_there_is_no_table(rows: list[list[str]]) -> None:
    assert find_table(grid(*rows)) is None


def test_sheets_are_one_table_when_their_headers_mean_the_same() -> None:
    one = find_table(grid(HEADER, *ROWS))
    khmer = find_table(grid(["ល.រ", "លេខសម្គាល់", "ឈ្មោះ", "ភេទ", "ខេត្ត", "ថ្ងៃទី១ ០៥/០៦/២០២៤"], *ROWS))
    english = find_table(grid(["No", "ID", "Name", "M/F", "Province", "Day 1 (05/06/2024)"], *ROWS))
    budget = find_table(grid(["Item", "USD"], ["Hall", "200"]))
    assert one and khmer and english and budget  # noqa: PT018 - narrows the types
    assert alike(one, english)
    assert alike(one, khmer)
    assert not alike(one, budget)
    assert english.place_of("Sex") == 3
