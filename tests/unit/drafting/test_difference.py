"""What a delivery is otherwise than its contract and the delivery before it, without anything being loaded."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import HEADER, LONG_AGO, House, listing, row
from warehouse.drafting.difference import compare, would_hold
from warehouse.ingest.drift import Drift


def differences(house: House, tmp_path: Path, text: str, name: str = "att_two.csv") -> dict[str, list[Drift]]:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    found: dict[str, list[Drift]] = {}
    for change in compare(house.contract, path, house.records()):
        found.setdefault(change.kind, []).append(change)
    return found


def test_a_file_as_promised_differs_in_nothing(house: House, tmp_path: Path) -> None:
    assert differences(house, tmp_path, listing(row(1), row(2, mark="A"))) == {}
    house.ingest("att_one.csv", listing())
    assert differences(house, tmp_path, listing(row(3))) == {}
    assert [record.delivery.file for record in house.records()] == ["att_one.csv"], "nothing is loaded"


def test_a_renamed_column_is_told_with_the_entry_it_was(house: House, tmp_path: Path) -> None:
    found = differences(house, tmp_path, listing(header=HEADER.replace("Name", "Full name")))
    (renamed,) = found.pop("renamed")
    assert renamed.column == "name_latin"
    assert renamed.found == "no column 'Name', but a column 'Full name'"
    assert found == {}


def test_a_dropped_and_an_added_column_are_not_taken_for_one(house: House, tmp_path: Path) -> None:
    found = differences(house, tmp_path, listing(header=HEADER.replace("Hours", "Shoes")))
    assert [change.column for change in found["dropped"]] == ["hours"]
    assert found["added"][0].found == "column 'Shoes' is not in the contract"


def test_a_number_that_became_text_is_told(house: House, tmp_path: Path) -> None:
    (retyped,) = differences(house, tmp_path, listing(row(1, Hours="six"), row(2, Hours="all day")))["retyped"]
    assert (retyped.column, retyped.found) == ("hours", "'Hours' holds texts")


def test_new_codes_are_quoted_with_their_cells_but_never_a_person(house: House, tmp_path: Path) -> None:
    rows = [row(1, mark="Late"), row(2, mark="Late"), row(3, mark="Canary Dara3"), row(4, Province="Kampo")]
    found = {change.column: change for change in differences(house, tmp_path, listing(*rows))["new_code"]}
    assert "3 cells of 'status'" in found["status"].found
    assert "'Late' (2)" in found["status"].found
    assert "Canary" not in found["status"].found
    assert "'Kampo' (1)" in found["province_of_duty"].found


def test_the_delivery_before_says_what_moved(house: House, tmp_path: Path) -> None:
    house.deliver("att_one.csv", listing(), at=LONG_AGO)
    house.ingest("att_one.csv")
    moved = "Mark," + HEADER.removesuffix(",Mark")
    rows = ["P," + row(number).removesuffix(",P") for number in (1, 2)]
    found = differences(house, tmp_path, listing(*rows, header=moved))
    assert [(change.kind, change.column) for change in found["moved"]] == [("moved", "status")]


def test_the_same_file_is_not_compared_with_itself(house: House, tmp_path: Path) -> None:
    house.ingest("att_two.csv", listing(row(1, Event="7")))
    assert differences(house, tmp_path, listing(row(1))) == {}


def test_a_name_nobody_expects_is_compared_all_the_same(house: House, tmp_path: Path) -> None:
    found = differences(house, tmp_path, listing(), name="final list NEW.csv")
    assert [change.kind for change in found["renamed"]] == ["renamed"]
    assert "no table expects a file of this name" in found["renamed"][0].found


@pytest.mark.parametrize("text", ["nothing of it\n", "a,b\n1,2\n"])
def test_a_file_without_a_header_of_the_contract_is_told(house: House, tmp_path: Path, text: str) -> None:
    found = differences(house, tmp_path, text)
    assert found["dropped"]


def test_dates_of_which_none_is_written_as_declared_are_told_and_so_is_what_holds_the_file(
    house: House, tmp_path: Path
) -> None:
    text = listing(row(1, Date="2024-06-05"), row(2, Date="2024-06-06"))
    (retyped,) = differences(house, tmp_path, text)["retyped"]
    assert retyped.column == "session_date"
    assert retyped.found == "none of 2 cells of 'Date' is a date as the contract writes it"
    assert retyped.nearest == "the contract promises DD/MM/YYYY"
    (held,) = would_hold(house.home, house.contract, tmp_path / "att_two.csv")
    assert "SALA-F015" in held.found
    assert differences(house, tmp_path, listing(row(1, Date="2024-06-05"), row(2))) == {}, "one cell fits"


def test_a_header_that_stands_twice_is_told_as_that_and_would_hold_the_file(house: House, tmp_path: Path) -> None:
    text = listing(row(1) + ",Kampot", header=HEADER + ",Province")
    found = differences(house, tmp_path, text)
    assert [change.found for change in found["added"]] == ["column 'Province' stands more than once"]
    assert "did you mean" not in found["added"][0].nearest
    (held,) = would_hold(house.home, house.contract, tmp_path / "att_two.csv")
    assert (held.kind, "SALA-F009" in held.found, house.records()) == ("held", True, [])


def test_nothing_would_hold_a_file_as_promised(house: House, tmp_path: Path) -> None:
    path = tmp_path / "att_two.csv"
    path.write_text(listing(row(1), row(2)), encoding="utf-8")
    assert list(would_hold(house.home, house.contract, path)) == []
