"""What a file does not say, and what nobody saw in the sample, is a doubt of the draft and never settled silently."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from tests.unit.drafting.test_draft import HEADER, ROWS, doubts, drafted, loaded
from warehouse.contract import Contract
from warehouse.drafting.draft import draft_contract
from warehouse.drafting.faults import PartnerIdUnfit
from warehouse.drafting.model import Draft
from warehouse.drafting.writing import DOUBT, contract_text, identifier_for

MODULE, PLACE = "which module was taught", "where it was held"


def signed_in(folder: Path, *titles: str, name: str = "SignIn 2024-05-13.xlsx") -> tuple[Draft, Contract]:
    """The draft of a sign-in list with lines above its header."""
    with xlsxwriter.Workbook(folder / name) as book:
        sheet = book.add_worksheet("Sign-in")
        for number, title in enumerate(titles):
            sheet.write_row(number, 0, [title])
        sheet.write_row(len(titles) + 1, 0, ["No", "ID", "Name", "Sex", "2024-05-13", "2024-05-14"])
        for n in range(6):
            sheet.write_row(len(titles) + 2 + n, 0, [n + 1, f"K-{n}", f"Canary Dara{n}", "F", "✓", "✓"])
    return loaded(folder, draft_contract(folder / name, "acme"))


def told(draft: Draft, text: str) -> list[str]:
    return [found["doubt"] for found in draft.doubts() if text in found["doubt"]]


def test_a_file_that_says_neither_what_was_taught_nor_where_is_doubted(tmp_path: Path) -> None:
    draft, _ = drafted(tmp_path, "\n".join([HEADER, *ROWS]))
    assert len(told(draft, MODULE)) == len(told(draft, PLACE)) == 1
    assert f"{DOUBT}nothing in the file says {MODULE}; add the column module_id" in contract_text(draft)


def test_a_folder_that_is_not_called_as_the_partner_is_refused(tmp_path: Path) -> None:
    assert identifier_for("acme", tmp_path / "acme") == identifier_for(None, tmp_path / "acme") == "acme"
    assert identifier_for("acme", None) == "acme"
    with pytest.raises(PartnerIdUnfit, match="'acme' for a folder called 'acmp'"):
        identifier_for("acme", tmp_path / "acmp")


def test_what_a_column_says_is_not_doubted(tmp_path: Path) -> None:
    header, rows = f"{HEADER},Module,Venue", [f"{row},Team work,Takeo" for row in ROWS]
    draft, _ = drafted(tmp_path, "\n".join([header, *rows]))
    assert told(draft, MODULE) == told(draft, PLACE) == []


def test_the_place_is_read_from_a_line_that_says_more(tmp_path: Path) -> None:
    draft, contract = signed_in(tmp_path, "Training: Care and referral", "Place: Battambang province, 13-14 May 2024")
    options = {column.name: column.options for column in contract.tables[0].columns}
    assert options["province_of_training"].template == "{title.province_of_training}"
    assert contract.tables[0].options.titles[1] == r"Place\s*:\s*(?P<province_of_training>[^,;(]+)"
    assert told(draft, PLACE) == []
    assert "'Training: Care and referral': does it tell?" in told(draft, MODULE)[0]


def test_a_line_whose_place_nobody_knows_is_named(tmp_path: Path) -> None:
    draft, _ = signed_in(tmp_path, "Venue: Hotel Riverside")
    assert "'Venue: Hotel Riverside': does it tell?" in told(draft, PLACE)[0]


@pytest.mark.parametrize("title", ["Venue: 012 345 678", "Venue: with Canary Dara3"])
def test_a_line_that_tells_of_a_person_is_not_quoted(tmp_path: Path, title: str) -> None:
    draft, _ = signed_in(tmp_path, title)
    assert "Venue" not in told(draft, PLACE)[0]


def test_the_place_in_a_files_name_is_where_it_was_held(tmp_path: Path) -> None:
    draft, contract = signed_in(tmp_path, "A course", name="SignIn Battambang 2024-05-13.xlsx")
    options = {column.name: column.options for column in contract.tables[0].columns}
    assert options["province_of_training"].template == "{file.place}"
    assert doubts(draft, "province_of_training › template")


@pytest.mark.parametrize(("last", "doubt"), [("Y", "no cell of the sample is empty"), ("", "empty in 1 cell:")])
def test_what_an_empty_status_means_is_always_doubted(tmp_path: Path, last: str, doubt: str) -> None:
    draft, _ = drafted(tmp_path, "\n".join([HEADER, *ROWS[:-1], ROWS[-1].removesuffix("Y") + last]))
    assert doubts(draft, "status › blank")[0].startswith(doubt)


def test_a_column_whose_empty_cells_mean_something_is_not_required(tmp_path: Path) -> None:
    draft, _ = drafted(tmp_path, "\n".join([HEADER, *ROWS]))
    required = {column.name for column in draft.table.columns if column.required}
    assert required == {"event_id", "session_date"}
    assert not [c.name for c in draft.table.columns if c.required and any(x.name == "blank" for x in c.lines)]
