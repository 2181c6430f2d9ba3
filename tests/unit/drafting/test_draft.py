"""A drafted contract: it loads, says what is doubtful, and holds nothing of any person."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from warehouse.contract import Contract, load_contracts
from warehouse.contract.loading import CONTRACT_FILE
from warehouse.drafting.draft import draft_contract
from warehouse.drafting.faults import ContractThere, FileMissing, NothingToDraft, PartnerIdUnfit
from warehouse.drafting.model import Draft
from warehouse.drafting.writing import DOUBT, contract_text, gaps, write_contract
from warehouse.errors import FileHeld

HEADER = "Training,Date,ID,Name,Phone,Sex,Category,Province,Shoes,Present"
ROWS = [
    f"E1,{day}/05/2024,K-{n:03},Canary Dara{n},012 000 {n:03},F,Police,Kampot,{40 + n},Y"
    for day in ("05", "16")
    for n in range(6)
]


def drafted(folder: Path, text: str, name: str = "attendance_2024-05.csv") -> tuple[Draft, Contract]:
    """The draft of a file, written and loaded again."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return loaded(folder, draft_contract(path, "acme"))


def loaded(folder: Path, draft: Draft) -> tuple[Draft, Contract]:
    write_contract(folder / "partners" / "acme" / CONTRACT_FILE, contract_text(draft))
    (contract,) = load_contracts(folder / "partners")
    return draft, contract


def doubts(draft: Draft, place: str) -> list[str]:
    return [doubt["doubt"] for doubt in draft.doubts() if doubt["place"].endswith(place)]


def line(draft: Draft, name: str) -> Any:
    return next(line.value for line in draft.table.lines if line.name == name)


def test_a_draft_is_a_contract_with_all_that_the_file_tells(tmp_path: Path) -> None:
    draft, contract = drafted(tmp_path, "\n".join([HEADER, *ROWS]))
    (table,) = contract.tables
    assert (table.entity, table.options.format) == ("attendance", "delimited")
    found = {column.name: column.headers for column in table.columns if column.headers}
    assert found["session_date"] == ("Date",)
    assert found["name_latin"] == ("Name",)
    assert found["province_of_duty"] == ("Province",)
    assert table.primary_key == ("event_id", "session_date", "person_id")
    assert table.options.ignoredColumns == ("Shoes",)
    assert doubts(draft, "ignoredColumns") == ["nobody knows what these hold; they are not read: 'Shoes'"]
    assert table.match("attendance_2025-01_v2.csv")


def test_every_doubt_stands_above_its_line_and_every_gap_beside_it(tmp_path: Path) -> None:
    draft, _ = drafted(tmp_path, "\n".join([HEADER, *ROWS]))
    text = contract_text(draft)
    listed = [found["doubt"] for found in draft.doubts()]
    assert [row.split(DOUBT)[1] for row in text.splitlines() if DOUBT in row] == listed
    assert len(gaps(text)) == 7
    assert yaml.safe_load(text)["status"] == "draft"


@pytest.mark.parametrize(
    ("encoding", "delimiter"), [("utf-8", ","), ("utf-8-sig", ";"), ("utf-16", "\t"), ("cp1252", "|"), ("cp1252", ";")]
)
def test_dialect_and_encoding_are_found(tmp_path: Path, encoding: str, delimiter: str) -> None:
    text = "\n".join([HEADER, *ROWS]).replace("Canary", "Hélène Élodie").replace(",", delimiter)
    (tmp_path / "list_2024.csv").write_bytes(text.encode(encoding))
    draft, contract = loaded(tmp_path, draft_contract(tmp_path / "list_2024.csv", "acme"))
    dialect = contract.tables[0].options.dialect
    assert dialect.delimiter == delimiter
    assert "é" in (tmp_path / "list_2024.csv").read_bytes().decode(dialect.encoding)
    assert [c.name for c in draft.table.columns if c.header][:3] == ["event_id", "session_date", "status"]


def test_a_sheet_a_province_with_a_column_a_day(tmp_path: Path) -> None:
    path = tmp_path / "SignIn_2024-05.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for province in ("Kampot", "Takeo"):
            sheet = book.add_worksheet(province)
            sheet.write_row(0, 0, ["A course"])
            sheet.write_row(1, 0, ["Module: Team work"])
            sheet.write_row(3, 0, ["No", "ID", "Name", "Sex", "Day 1 (20/05/2024)", "Day 2 (21/05/2024)"])
            for n in range(8):
                sheet.write_row(4 + n, 0, [n + 1, f"K-{province}{n}", f"Canary Dara{n}", "F", "✓", "" if n else "✓"])
            sheet.write_row(12, 0, ["Total", "", "", "", 8, 7])
            sheet.write_row(14, 0, ["Prepared by: Canary"])
        book.add_worksheet("Notes").write_row(0, 0, ["Canary was late"])
    draft, contract = loaded(tmp_path, draft_contract(path, "acme"))
    options = contract.tables[0].options
    assert (options.sheets, options.ignoredSheets, options.headerRow) == ("Kampot|Takeo", "Notes", 4)
    assert (options.footer, options.endsAt) == (("Total.*",), "Prepared by.*")
    templates = {c.name: c.options.template for c in contract.tables[0].columns if c.options.template}
    assert templates["session_date"] == "{session.date}"
    assert templates["province_of_training"] == "{sheet}"
    assert templates["module_id"] == "{title.module}"
    assert templates["event_id"] == "SignIn {file.month} {sheet}"
    assert doubts(draft, "status › blank") == ["empty in 14 cells: absent, or not known?"]
    assert "Canary" not in contract_text(draft)


def test_columns_are_known_by_what_they_hold_where_no_header_tells(tmp_path: Path) -> None:
    text = "\n".join([HEADER.replace("Province", "Col X").replace("Sex", "Col Y"), *ROWS])
    draft, contract = drafted(tmp_path, text)
    found = {column.name: column.headers for column in contract.tables[0].columns if column.headers}
    assert (found["province_of_duty"], found["sex"]) == (("Col X",), ("Col Y",))
    assert "by what its cells hold" in doubts(draft, "sex")[0]


def test_a_key_that_does_not_tell_rows_apart_is_a_doubt(tmp_path: Path) -> None:
    twice = [row.replace(",Y", ",N") for row in ROWS[:2]]
    draft, _ = drafted(tmp_path, "\n".join([HEADER, *ROWS, *twice]))
    assert any(
        doubt.startswith("4 rows share event_id, session_date, person_id") for doubt in doubts(draft, "attendance")
    )


def test_a_code_of_no_known_meaning_is_told_and_not_guessed(tmp_path: Path) -> None:
    draft, contract = drafted(tmp_path, "\n".join([HEADER, *ROWS, ROWS[0].replace("Police", "Astronaut")]))
    (doubt,) = doubts(draft, "category › codes")
    assert "'Astronaut' (1)" in doubt
    category = next(c for c in contract.tables[0].columns if c.name == "category")
    assert category.options.codes == {"police_officer": ("Police",)}


def test_a_text_that_names_a_person_elsewhere_is_not_quoted_as_a_code(tmp_path: Path) -> None:
    rows = [row.replace("Police", f"Canary Dara{n}") for n, row in enumerate(ROWS[:3])]
    draft, _ = drafted(tmp_path, "\n".join([HEADER, *ROWS, *rows]))
    text = contract_text(draft)
    assert "Canary" not in text
    assert "more that are not shown" in text


@given(
    names=st.lists(
        st.text(st.characters(categories=["Lu", "Ll", "Lo"]), min_size=6, max_size=12), min_size=8, max_size=12
    )
)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_name_id_or_telephone_is_ever_written(tmp_path_factory: pytest.TempPathFactory, names: list[str]) -> None:
    people = [f"zz{name}" for name in names]
    rows = [f"E1,1{n % 9}/05/2024,Q{n}-{n}77,{name},09955{n:04},F,{name},Kampot,1,Y" for n, name in enumerate(people)]
    folder = tmp_path_factory.mktemp("draft")
    text = contract_text(drafted(folder, "\n".join([HEADER, *rows]))[0])
    assert [name for name in people if name in text] == []
    assert "09955" not in text
    assert "77" not in text.replace("0775", "")


def test_what_cannot_be_drafted_is_told(tmp_path: Path) -> None:
    (tmp_path / "empty.csv").write_text("", encoding="utf-8")
    (tmp_path / "note.csv").write_text("only a line of text\n", encoding="utf-8")
    (tmp_path / "bad.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    with pytest.raises(FileHeld):
        draft_contract(tmp_path / "empty.csv", "acme")
    with pytest.raises(NothingToDraft):
        draft_contract(tmp_path / "note.csv", "acme")
    with pytest.raises(FileHeld):
        draft_contract(tmp_path / "bad.xlsx", "acme")
    with pytest.raises(FileMissing):
        draft_contract(tmp_path / "none.csv", "acme")
    with pytest.raises(PartnerIdUnfit):
        draft_contract(tmp_path / "note.csv", "../acme")


def test_a_contract_is_never_written_over(tmp_path: Path) -> None:
    write_contract(tmp_path / "acme" / CONTRACT_FILE, "mine")
    with pytest.raises(ContractThere):
        write_contract(tmp_path / "acme" / CONTRACT_FILE, "other")
    assert (tmp_path / "acme" / CONTRACT_FILE).read_text(encoding="utf-8") == "mine"


def test_the_key_is_as_long_as_the_sample_needs(tmp_path: Path) -> None:
    header = HEADER.replace("Shoes", "Session")
    rows = [f"{row.rsplit(',', 2)[0]},{session},Y" for row in ROWS for session in (1, 2)]
    _, contract = drafted(tmp_path, "\n".join([header, *rows]))
    assert contract.tables[0].primary_key == ("event_id", "session_date", "session_number", "person_id")


def test_a_column_of_names_is_called_after_its_script(tmp_path: Path) -> None:
    _, contract = drafted(tmp_path, "\n".join([HEADER, *(row.replace("Canary Dara", "សុខ តារា") for row in ROWS)]))
    found = {column.name: column.headers for column in contract.tables[0].columns}
    assert found["name_khmer"] == ("Name",)
    assert "name_latin" not in found
