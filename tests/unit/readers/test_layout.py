"""Where the table stands in a sheet: headers of one or two lines, headers again, rows whose cells may have moved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from tests.conftest import HEADER, House
from warehouse.contract.model import Table
from warehouse.readers.delimited import read_delimited
from warehouse.readers.faults import ColumnUnknown, HeaderDuplicated, HeaderMissing
from warehouse.readers.grid import FaultyCell, Grid, Opened, Region
from warehouse.readers.header import find_header, joined_header
from warehouse.readers.layout import lay_out
from warehouse.readers.raw import REAL_DATE, RawFile
from warehouse.store.home import Home

NAMES = HEADER.split(",")
ROW = ["E1", "05/06/2024", "K-1", "Canary", "Kampot", "6", "P"]
OTHER = ["E1", "05/06/2024", "K-2", "Canary Two", "Kampot", "6", "P"]
Describe = Callable[..., Table]


@pytest.fixture(scope="module")
def table_of(tmp_path_factory: pytest.TempPathFactory) -> Describe:
    root = tmp_path_factory.mktemp("layouts")
    house = House(Home(root / "home", root / "partners"))
    known: dict[str, Table] = {}

    def described(place: int = 2, **custom: Any) -> Table:
        """The workbook's table (2) or the plain delimited one (1), with further custom properties."""

        def change(document: dict[str, Any]) -> None:
            kept = [p for p in document["schema"][place]["customProperties"] if p["property"] not in custom]
            added = [{"property": name, "value": value} for name, value in custom.items()]
            document["schema"][place]["customProperties"] = kept + added
            if "sessions" in custom:
                columns = document["schema"][place]["properties"]
                columns[:] = [c for c in columns if c["name"] not in ("event_id", "session_date", "status", "hours")]
                columns.append({"name": "event_id", "logicalType": "string", "customProperties": [TEMPLATE]})
                columns.append({"name": "session_date", "logicalType": "date", "customProperties": [DAY, FORMAT]})
                status = [{"property": "codes", "value": {"present": ["P"]}}, {"property": "blank", "value": "unknown"}]
                columns.append({"name": "status", "logicalType": "string", "customProperties": status})

        key = repr((place, custom))
        if key not in known:
            house.describe(change)
            known[key] = house.contract.tables[place]
        return known[key]

    return described


TEMPLATE = {"property": "template", "value": "E1"}
DAY = {"property": "template", "value": "{session.date}"}
FORMAT = {"property": "dateFormats", "value": ["%Y-%m-%d"]}
SESSIONS = {"header": r"(?P<date>\d{4}-\d{2}-\d{2})(?:T(?P<time>[\d:]+))?(?: / (?P<half>AM|PM))?"}


def laid_out(rows: Sequence[Sequence[str]], table: Table, **of_grid: Any) -> RawFile:
    return lay_out(Opened((Grid("List", 1, rows, 0, **of_grid),)), table)


def test_a_header_of_two_lines_is_read_as_one(table_of: Describe) -> None:
    table = table_of(headerLines=2, sessions=SESSIONS)
    rows = [
        ["Sign-in sheet"],
        ["ID", "Name", "Province", f"{REAL_DATE}2024-06-05", "", f"{REAL_DATE}2024-06-06"],
        ["", "", "", "AM", "PM", "AM"],
        ["K-1", "Canary", "Kampot", "P", "", "P"],
    ]
    merged = (Region(1, 0, 2, 0), Region(1, 3, 1, 4))
    sheet = laid_out(rows, table, merged=merged).sheets[0]
    assert [s.groups for s in sheet.sessions] == [
        {"date": "2024-06-05", "time": "", "half": "AM"},
        {"date": "2024-06-05", "time": "", "half": "PM"},
        {"date": "2024-06-06", "time": "", "half": "AM"},
    ]
    assert (sheet.header_row, sheet.row_numbers.to_pylist(), sheet.set_aside) == (2, [4], 3)
    with pytest.raises(HeaderDuplicated):  # not merged, PM belongs to no day, and there are two of AM without one
        laid_out([*rows[:2], ["", "", "", "AM", "AM", "AM"], rows[3]], table, merged=merged)


def test_real_dates_in_a_header_are_sessions_with_and_without_time(table_of: Describe) -> None:
    header = ["ID", "Name", "Province", f"{REAL_DATE}2024-06-05", f"{REAL_DATE}2024-06-06T13:30:00"]
    sheet = laid_out([header, ["K-1", "Canary", "Kampot", "P", ""]], table_of(sessions=SESSIONS)).sheets[0]
    assert [s.header for s in sheet.sessions] == ["2024-06-05", "2024-06-06T13:30:00"]
    assert sheet.sessions[1].groups["time"] == "13:30:00"


@settings(max_examples=40, deadline=None)
@given(above=st.lists(st.sampled_from([[], ["Acme"], ["", "Course", "E1"], ["ID"]]), max_size=3))
def test_a_header_is_found_wherever_it_stands_and_told_when_it_moved(
    table_of: Describe, above: list[list[str]]
) -> None:
    raw = laid_out([*above, NAMES, ROW], table_of(headerRow=2))
    assert raw.sheets[0].header_row == len(above) + 1
    moved = f"sheet 1: the header stands in row {len(above) + 1}, it was expected in row 2"
    assert raw.notes == ((moved,) if len(above) != 1 else ())


def test_the_first_of_two_lines_takes_part_in_the_header(table_of: Describe) -> None:
    """A blank line above a header of one line would make as good a pair, one row too high."""
    lower = ["", *[""] * 6]
    assert find_header([[], NAMES, lower, ROW], table_of(headerLines=2), "sheet 1").first == 1
    with pytest.raises(HeaderMissing):
        find_header([[], ROW, OTHER], table_of(headerLines=2), "sheet 1")


def test_a_blank_cell_adds_nothing_to_a_header_of_two_lines() -> None:
    rows = [["Name", "", "Mark", ""], ["Khmer", "Latin", "", ""]]
    assert joined_header(rows, 0, 2, [Region(0, 0, 0, 1)]) == ["Name / Khmer", "Name / Latin", "Mark", ""]
    assert joined_header(rows, 0, 2) == ["Name / Khmer", "Latin", "Mark", ""]
    assert joined_header(rows, 0, 1, [Region(0, 0, 0, 1)]) == ["Name", "", "Mark", ""]


@pytest.mark.parametrize("again", [NAMES, [name.upper() for name in NAMES], [f" {name} " for name in NAMES]])
def test_the_header_again_below_is_set_aside(table_of: Describe, again: list[str]) -> None:
    sheet = laid_out([NAMES, ROW, again, OTHER], table_of()).sheets[0]
    assert (sheet.row_numbers.to_pylist(), sheet.set_aside) == ([2, 4], 2)


def test_another_header_below_over_other_columns_holds_the_file(table_of: Describe) -> None:
    other = [NAMES[0], NAMES[3], NAMES[2], NAMES[1], *NAMES[4:]]
    with pytest.raises(HeaderDuplicated, match="row 3"):
        laid_out([NAMES, ROW, other, OTHER], table_of())
    plain = table_of(place=1)
    with pytest.raises(HeaderDuplicated, match="row 3"):
        lay_out(Opened((Grid("", 1, [NAMES, ROW, other, OTHER], 4, has_widths=True),)), plain)


def test_another_header_is_seen_on_the_fast_way_too(table_of: Describe, tmp_path: Path) -> None:
    other = [NAMES[0], NAMES[3], NAMES[2], NAMES[1], *NAMES[4:]]
    path = tmp_path / "received"
    path.write_text("\n".join(",".join(row) for row in (NAMES, ROW, other, OTHER)))
    with pytest.raises(HeaderDuplicated, match="row 3"):
        read_delimited(path, table_of(place=1))


def uneven(rows: Sequence[Sequence[str]], table: Table) -> tuple[frozenset[int], tuple[str, ...]]:
    raw = lay_out(Opened((Grid("", 1, rows, 0, has_widths=True),)), table)
    return raw.sheets[0].ragged, raw.notes


def test_only_rows_that_all_end_alike_may_be_longer_than_the_header(table_of: Describe) -> None:
    table = table_of(place=1)
    note = "every row ends with 1 empty cell(s) more than there are headers"
    assert uneven([NAMES, ROW, OTHER], table) == (frozenset(), ())
    assert uneven([NAMES, [*ROW, ""], [*OTHER, " "]], table) == (frozenset(), (note,))
    assert uneven([[*NAMES, ""], [*ROW, ""], OTHER], table) == (frozenset({3}), (note,))
    assert uneven([NAMES, [*ROW, ""], OTHER], table) == (frozenset({2}), ())
    assert uneven([NAMES, [*ROW, "x"], [*OTHER, ""]], table) == (frozenset({2, 3}), ())
    assert uneven([NAMES, ROW[:6], OTHER], table) == (frozenset({2}), ())


def test_a_number_among_texts_with_zeros_is_refused_where_zeros_count(table_of: Describe) -> None:
    faults = (FaultyCell(1, 2, "zeros_lost"), FaultyCell(1, 5, "zeros_lost"))
    found = laid_out([NAMES, ROW], table_of(), faults=faults).sheets[0].faults
    assert [(fault.column, fault.row_number) for fault in found] == [("person_id", 2)]


def test_a_column_nobody_knows_is_told_with_the_nearest_of_the_contract(table_of: Describe) -> None:
    raw = laid_out([[*NAMES, "Provnce", "Shoe size"], [*ROW, "x", "y"]], table_of())
    assert raw.notes == (
        "sheet 1: column 'Provnce' is not in the contract and was not read; did you mean 'Province'?",
        "sheet 1: column 'Shoe size' is not in the contract and was not read",
    )


def test_cells_under_an_empty_header_are_told_by_their_column(table_of: Describe) -> None:
    note = "sheet 1: column H has cells but no header and was not read"
    assert laid_out([[*NAMES, "", "Shoe size"], [*ROW, "", ""], [*OTHER, "x", ""]], table_of()).notes[0] == note
    assert not any("no header" in n for n in laid_out([[*NAMES, ""], [*ROW, " "]], table_of()).notes)
    with pytest.raises(ColumnUnknown, match="cells in column H, which has no header") as raised:
        laid_out([[*NAMES, ""], [*ROW, "x"]], table_of(unknownColumns="hold"))
    assert raised.value.action == "give column H a header, or clear its cells"
    beside = [["Total", *[""] * 6, "12"], ["Prepared by", *[""] * 6, "Approved by"], [*[""] * 7, "Canary Lead"]]
    signed = table_of(unknownColumns="hold", endsAt="Prepared by.*", footer=["Total.*"])
    assert not any("no header" in n for n in laid_out([[*NAMES, ""], [*ROW, ""], *beside], signed).notes)


def test_a_person_written_below_the_end_or_in_a_footer_is_told_by_the_number_of_the_row(table_of: Describe) -> None:
    table = table_of(endsAt="Prepared by.*", footer=["Total.*", "13"])
    totals = ["Total", "", "", "", "", "12", "2"]
    late = ["13", *OTHER[1:]]
    signature = [["Prepared by Canary Lead"], [*[""] * 3, "Canary Lead"], ["E1", "", "", "", "", "", "06/06/2024"]]
    quiet = laid_out([NAMES, ROW, totals, *signature], table)
    assert quiet.notes == ()
    raw = laid_out([NAMES, ROW, late, ["Total", *[""] * 5, "3"], *signature, OTHER], table)
    assert raw.notes == (
        "sheet 1: row 8 stands below the end of the list and looks like a person; it was not read",
        "sheet 1: row 3 stands where a footer is expected and looks like a person; it was not read",
    )
    assert (raw.sheets[0].row_numbers.to_pylist(), raw.sheets[0].set_aside) == ([2], 7)
    assert not any("Canary" in note or "K-2" in note for note in raw.notes)
    many = laid_out([NAMES, ROW, signature[0], *[OTHER] * 25], table).notes
    assert len(many) == 21
    assert many[-1] == "sheet 1: 5 more rows stand below the end of the list and look like persons; they were not read"
