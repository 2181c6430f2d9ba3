"""Marks in a partner's own workbook: merged and hidden cells, headers, marks of an earlier pack, odd values."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from openpyxl import Workbook
from openpyxl.chart import BarChart
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from tests.unit.returns.packs import coloured, notes
from warehouse.ingest.messages import filled, label, sentence
from warehouse.returns.contents import Contents, Fix, Mark, Text
from warehouse.returns.marking import mark_own
from warehouse.returns.sheets import add_sheets
from warehouse.returns.style import shown, write

TEXT = Text("SALA-R001", *filled("SALA-R001", sentence("code_unknown", "'Mark'", "P, A")))
TEXT_PHRASE = label("how_own")
OTHER = Text("SALA-R007", *filled("SALA-R007", sentence("required_empty", "'Mark'", "")))


def contents(*marks: Mark) -> Contents:
    fix = Fix("code_unknown", "status", ("Mark",), TEXT, len(marks), 1, 1, marks)
    return Contents("acme", "0" * 64, "a.xlsx", "accepted", fixes=(fix,), texts=(TEXT, OTHER))


def saved(workbook: Workbook, folder: Path) -> Path:
    workbook.save(folder / "a.xlsx")
    return folder / "a.xlsx"


@pytest.fixture
def workbook() -> Workbook:
    made = Workbook()
    made.worksheets[0].title = "List"
    for row in (["Name", "Mark"], ["Dara", "z"], ["Sok", "z"], ["Bo", "P"]):
        made["List"].append(row)
    return made


def test_a_merged_cell_is_marked_where_its_value_stands(workbook: Workbook, tmp_path: Path) -> None:
    workbook["List"].merge_cells("B2:B3")
    marked, places = mark_own(saved(workbook, tmp_path), contents(Mark(1, 3, "status", 1, 0)))
    assert coloured(marked, "List") == set(notes(marked, "List")) == {"B2"}
    assert list(places.values()) == [("List", "B2")]


def test_what_is_hidden_is_shown_where_it_must_be_mended(workbook: Workbook, tmp_path: Path) -> None:
    sheet = workbook["List"]
    sheet.row_dimensions[2].hidden = sheet.row_dimensions[4].hidden = sheet.column_dimensions["B"].hidden = True
    workbook.create_sheet("Other")
    sheet.sheet_state = "hidden"
    marked, _ = mark_own(saved(workbook, tmp_path), contents(Mark(1, 2, "status", 1, 0)))
    rows = marked["List"].row_dimensions
    assert (rows[2].hidden, rows[4].hidden, marked["List"].column_dimensions["B"].hidden) == (False, True, False)
    assert marked["List"].sheet_state == "visible"


def test_a_chart_sheet_counts_among_the_sheets(workbook: Workbook, tmp_path: Path) -> None:
    workbook.create_chartsheet("Chart", 0).add_chart(BarChart())
    marked, _ = mark_own(saved(workbook, tmp_path), contents(Mark(2, 2, "status", 1, 0)))
    assert coloured(marked, "List") == {"B2"}


def test_two_refusals_of_a_cell_are_one_note(workbook: Workbook, tmp_path: Path) -> None:
    marks = (Mark(1, 2, "status", 1, 0), Mark(1, 2, "status", 1, 1))
    marked, _ = mark_own(saved(workbook, tmp_path), contents(*marks))
    (note,) = notes(marked, "List").values()
    assert note.count("▸ Sala") == 1
    assert "SALA-R001" in note
    assert "SALA-R007" in note


def test_marks_of_an_earlier_pack_go_and_the_partners_own_stay(workbook: Workbook, tmp_path: Path) -> None:
    workbook["List"]["B2"].comment = Comment("ask Dara", "Sok")
    workbook["List"]["A4"].fill = PatternFill("solid", start_color="FF00FF00")
    first = contents(Mark(1, 2, "status", 1, 0), Mark(1, 3, "", None, 0))
    marked, places = mark_own(saved(workbook, tmp_path), first)
    add_sheets(marked, first, places, TEXT_PHRASE)
    assert notes(marked, "List")["B2"].startswith("ask Dara\n\n▸ Sala SALA-R001")
    again, _ = mark_own(saved(marked, tmp_path), contents(Mark(3, 4, "status", 1, 0)))
    assert again.sheetnames == ["List"]
    assert coloured(again, "List") == {"B4"}
    assert notes(again, "List").keys() == {"B2", "B4"}
    assert notes(again, "List")["B2"] == "ask Dara"
    assert again["List"]["A4"].fill.start_color.rgb == "FF00FF00"


def test_links_lead_to_cells_also_on_a_sheet_with_an_odd_name(workbook: Workbook, tmp_path: Path) -> None:
    workbook["List"].title = "Dara's list"
    first = contents(Mark(1, 2, "status", 1, 0))
    marked, places = mark_own(saved(workbook, tmp_path), first)
    add_sheets(marked, first, places, TEXT_PHRASE)
    opened = openpyxl.load_workbook(saved(marked, tmp_path))
    links = [cell.hyperlink.location for row in opened.worksheets[0] for cell in row if cell.hyperlink]
    assert links == ["'Dara''s list'!B2"]
    assert opened.active == opened.worksheets[0]


@pytest.mark.parametrize(
    ("value", "expected"),
    [(None, ""), ("", ""), (" z ", "«z»"), (12, "«12»"), ("x" * 300, f"«{'x' * 200}…»"), ("\x1fa", "«a»")],
)
def test_a_value_is_quoted_shortly(value: object, expected: str) -> None:
    assert shown(value) == expected


def test_control_characters_do_not_break_a_workbook(tmp_path: Path) -> None:
    made = Workbook()
    write(made.worksheets[0]["A1"], "a\x00b\x1fc")
    assert openpyxl.load_workbook(saved(made, tmp_path)).worksheets[0]["A1"].value == "abc"
