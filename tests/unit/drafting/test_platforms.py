"""What survey and learning platforms write is drafted with what it needs to be read rightly."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from warehouse.contract import Contract, load_contracts
from warehouse.contract.loading import CONTRACT_FILE
from warehouse.drafting.draft import draft_contract
from warehouse.drafting.model import Draft
from warehouse.drafting.trial import try_contract
from warehouse.drafting.writing import contract_text, write_contract
from warehouse.store.home import Home


def drafted(path: Path) -> tuple[Draft, Contract]:
    draft = draft_contract(path, "acme")
    write_contract(path.parent / "partners" / "acme" / CONTRACT_FILE, contract_text(draft))
    (contract,) = load_contracts(path.parent / "partners")
    return draft, contract


def delimited(folder: Path, name: str, *lines: str) -> Path:
    path = folder / name
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def options_of(contract: Contract, name: str) -> Any:
    return next(column for column in contract.tables[0].columns if column.name == name).options


def headers_of(contract: Contract) -> dict[str, tuple[str, ...]]:
    return {column.name: column.headers for column in contract.tables[0].columns if column.headers}


def test_edited_and_rejected_submissions_are_told_apart(tmp_path: Path) -> None:
    rows = [f"{n};u-{n};2024-05-06T10:00:00;;E1;2024-05-06;K-{n};yes;vK3tq8" for n in range(9)]
    header = "_id;_uuid;_submission_time;_validation_status;event/code;event/date;person/id;person/present;__version__"
    draft, contract = drafted(delimited(tmp_path, "kobo_2024.csv", header, *rows))
    options = contract.tables[0].options
    assert options.keep
    assert (options.keep.by, options.keep.order, options.keep.take) == (("_id",), "_submission_time", "latest")
    assert options.refuses[0].header == "_validation_status"
    assert any("rejects" in doubt["doubt"] for doubt in draft.doubts())


def test_a_repeat_group_is_joined_to_its_submissions(tmp_path: Path) -> None:
    path = tmp_path / "training_2024.xlsx"
    with xlsxwriter.Workbook(path) as book:
        parent, child = book.add_worksheet("Training"), book.add_worksheet("people")
        parent.write_row(0, 0, ["session/code", "session/date", "_id", "_uuid", "_submission_time"])
        child.write_row(0, 0, ["people/id", "people/name", "people/present", "_submission__uuid", "_parent_index"])
        for n in range(3):
            parent.write_row(1 + n, 0, [f"E{n}", f"2024-05-1{n}", n, f"u-{n}", "2024-05-20T10:00:00"])
            for m in range(4):
                child.write_row(1 + 4 * n + m, 0, [f"K-{m}", f"Canary Dara{m}", "yes", f"u-{n}", n + 1])
    draft, contract = drafted(path)
    options = contract.tables[0].options
    assert options.repeat is not None
    assert (options.repeat.sheet, options.repeat.parent) == ("people", "Training")
    assert headers_of(contract)["event_id"] == ("session/code",)
    assert headers_of(contract)["person_id"] == ("people/id",)
    (result,) = try_contract(Home(tmp_path / "home"), contract.folder, [path])
    assert (result["outcome"], result["rows_accepted"], result["rows_refused"]) == ("accepted", 12, 0)
    assert "Canary" not in contract_text(draft)


def test_a_question_with_several_answers_is_a_doubt_and_no_column(tmp_path: Path) -> None:
    header = "course/code;course/days/tue;course/days/wed;person/id;person/name"
    rows = [f"E1;1;{n % 2};K-{n};Canary Dara{n}" for n in range(8)]
    draft, contract = drafted(delimited(tmp_path, "days_2024.csv", header, *rows))
    assert any("'course/days' is a question with several answers" in doubt["doubt"] for doubt in draft.doubts())
    assert not {"course/days/tue", "course/days/wed"} & {h for found in headers_of(contract).values() for h in found}


def test_two_values_of_one_cell_are_taken_apart(tmp_path: Path) -> None:
    rows = [f"3/{10 + n}/2024 16:02:11,d{n % 6}@example.org,{20 + n}.00 / 30,Canary Dara{n}" for n in range(8)]
    path = delimited(tmp_path, "Post-test (Responses) 2024.csv", "Timestamp,Email Address,Score,Full name", *rows)
    draft, contract = drafted(path)
    assert contract.tables[0].entity == "assessment"
    assert (headers_of(contract)["score"], headers_of(contract)["maximum"]) == (("Score",), ("Score",))
    assert options_of(contract, "kind").template == "post"
    keep = contract.tables[0].options.keep
    assert keep is not None
    assert (keep.by, keep.order, keep.take, keep.formats) == (
        ("Email Address",),
        "Timestamp",
        "latest",
        ("%m/%d/%Y %H:%M:%S",),
    )
    (result,) = try_contract(Home(tmp_path / "home"), contract.folder, [path])
    assert (result["outcome"], result["rows_accepted"]) == ("accepted", 6)
    assert {(r["rule"], r["rows"]) for r in result["refusals"]} == {("superseded", 1)}
    assert any("e-mail address tells persons apart" in doubt["doubt"] for doubt in draft.doubts())


@pytest.mark.parametrize("mark", ["P (2/2)", "P"])
def test_moodles_attendance_is_read_with_its_points(tmp_path: Path, mark: str) -> None:
    header = "Last name,First name,ID number,Groups,12.03.2024 08.00 All students,12.03.2024 13.30 Group: B,P,L,E,A"
    rows = [f"Canary,Dara{n},000{n},,{mark},{'?' if n else 'A (0/2)'},1,0,0,0,2,2 / 4,50.0%" for n in range(9)]
    lines = ["Course CSI24: Child witnesses", "", header + ",Taken sessions,Points,Percentage", *rows]
    path = delimited(tmp_path, "CSI24_Attendances_20240401-0900.csv", *lines)
    _, contract = drafted(path)
    assert (options_of(contract, "name_latin").join, headers_of(contract)["name_latin"]) == (
        ("First name",),
        ("Last name",),
    )
    assert options_of(contract, "session_number").template == "{session.hour}"
    assert contract.tables[0].primary_key == ("event_id", "session_date", "session_number", "person_id")
    assert {"P", "Percentage"} <= set(contract.tables[0].options.ignoredColumns)
    (result,) = try_contract(Home(tmp_path / "home"), contract.folder, [path])
    assert result["rows_read"] == 18
    assert result["rows_accepted"] >= 17


def test_moodles_grades_have_their_maximum_in_the_header(tmp_path: Path) -> None:
    header = "Last name,First name,Email address,State,Started,Completed,Grade/10.00"
    rows = [
        f"Canary,Dara{n},d{n % 5}@example.org,Finished,12 March 2024 8:05 AM,12 March 2024 8:5{n} AM,{n}.50"
        for n in range(8)
    ]
    path = delimited(tmp_path, "CSI24-Final quiz-grades.csv", header, *rows, "Overall average,,,,,,5.00")
    _, contract = drafted(path)
    assert options_of(contract, "maximum").template == "{session.maximum}"
    assert contract.tables[0].options.footer == ("overall average.*",) or contract.tables[0].options.footer == (
        "Overall average.*",
    )
    keep = contract.tables[0].options.keep
    assert keep is not None
    assert (keep.order, keep.take) == ("Grade/10.00", "highest")


def test_rows_of_another_width_tell_nothing_and_are_named(tmp_path: Path) -> None:
    rows = [f"E1,1{n}/05/2024,K-{n},Canary Dara{n},Police,Y" for n in range(8)]
    path = delimited(
        tmp_path, "a_2024.csv", "Training,Date,ID,Name,Category,Present", *rows, "E1,11/05/2024,Canary,Canary Bopha,Y"
    )
    draft, _ = drafted(path)
    assert any("more or fewer cells than the header: 1, in row 10" in d["doubt"] for d in draft.doubts())
    assert "Canary" not in contract_text(draft)
