"""Two stray quotes make one cell of all rows between them, in well-formed text: held, and comments are not."""

from __future__ import annotations

import csv
import io

import hypothesis.strategies as st
import pytest
from hypothesis import given

from tests.conftest import House, listing, row
from warehouse.readers.faults import QuotingBroken
from warehouse.readers.quoting import _begin_cells, check_swallowed

LINES = [row(number) for number in range(1, 6)]


@given(
    first=st.integers(0, 4),
    swallowed=st.integers(1, 4),
    start=st.integers(0, 6),
    further=st.integers(0, 6),
    quoted=st.integers(0, 4),
)
def test_rows_swallowed_by_two_stray_quotes_are_noticed(
    first: int, swallowed: int, start: int, further: int, quoted: int
) -> None:
    last = min(4, first + swallowed)
    if last == first:
        return
    cells = [line.split(",") for line in LINES]
    end = max(start, further) if last == first + 1 else further  # fewer delimiters make a row of another width
    cells[first][start] = '"' + cells[first][start]
    cells[last][end] += '"'
    if quoted not in (first, last):
        cells[quoted][3] = f'"{cells[quoted][3]}"' if not first < quoted < last else cells[quoted][3]
    text = "\n".join([row().replace("Canary", "Header"), *map(",".join, cells)])
    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    with pytest.raises(QuotingBroken, match="record"):
        check_swallowed(rows, ",")


@pytest.mark.parametrize("cell", ["one\ntwo", "Phnom Penh,\nKandal, Takeo", "1, 2, 3\n4, 5\n6", "x\n\n", "a\r\nb,c"])
def test_a_cell_of_several_lines_is_kept(house: House, cell: str) -> None:
    outcome = house.ingest("att_q.csv", listing(row(1, Event=f'"{cell}"'), row(2)))
    assert (outcome["outcome"], outcome["rows_accepted"]) == ("accepted", 2)


@given(text=st.lists(st.sampled_from([b"'", b",", b"\n", b"a"])).map(b"".join))
def test_apostrophes_begin_cells_behind_a_delimiter_or_a_line_end(text: bytes) -> None:
    assert _begin_cells(text, b",") == (b",'" in text or b"\n'" in text)


@pytest.mark.parametrize("name", ["'O''Neil'", "'Kim, Sopheap'", '"Chan \\"Tom\\" Vuthy"', 'Chan \\"Tom\\"'])
def test_quotes_of_another_kind_hold_the_file(house: House, name: str) -> None:
    error = house.ingest("att_q.csv", listing(row(1), row(2, Name=name)))["error"]
    assert error["code"] == "SALA-F006"
    assert "Kim" not in str(error)


@pytest.mark.parametrize("name", ["O'Neil", "'Dara'", "Dara'", "l'a d'b", "\"'Kim, So'\"", "C:\\"])
def test_apostrophes_within_a_text_are_kept(house: House, name: str) -> None:
    assert house.ingest("att_q.csv", listing(row(1), row(2, Name=name)))["rows_accepted"] == 2


def test_the_record_is_named_and_nothing_of_it_quoted(house: House) -> None:
    lines = [*LINES[:1], LINES[1].replace("Kampot", '"Kampot'), LINES[2].replace("Kampot", 'Kampot"'), *LINES[3:]]
    error = house.ingest("att_q.csv", listing(*lines))["error"]
    assert error["code"] == "SALA-F006"
    assert error["found"] == "a cell in quotes in record 3, which may as well be 2 lines of the table"
