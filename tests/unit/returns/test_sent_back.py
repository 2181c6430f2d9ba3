"""A pack that a partner mends and sends back under the name it has takes the place of its file; nothing else does."""

from __future__ import annotations

import datetime as dt
import io
import os
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from openpyxl import Workbook

from tests.conftest import House, listing, row
from tests.contract_changes import Document, set_custom, table, wide
from tests.unit.returns.packs import FIXES, book, draw_small, list_of, packs, said
from tests.unit.returns.test_shapes import packs_of
from warehouse.pipeline import ingest_all
from warehouse.readers.raw import REAL_DATE
from warehouse.readers.returned import ROW_COLUMN, SHOWN_COLUMN
from warehouse.returns.comparison import corrected
from warehouse.returns.marking import _fill
from warehouse.store import ledger
from warehouse.store.home import Home
from warehouse.transform.inputs import active_deliveries

GOOD = [row(n) for n in range(10, 20)]
LATER = 1_700_100_000  # seconds


def mended(house: House, changes: dict[str, str], name: str = "", at: int = LATER) -> dict[str, Any]:
    """Change cells of the last pack, save it as a spreadsheet does, send it back; the outcome."""
    due = sorted(packs(house), key=lambda one: bool(one.summary["since"]))
    opened, pack = book(due[-1]), due[-1]
    for cell, text in changes.items():
        opened.worksheets[-1][cell] = text
    return sent(house, name or pack.summary["workbook"], opened, at)


def sent(house: House, name: str, workbook: Workbook, at: int = LATER) -> dict[str, Any]:
    buffer = io.BytesIO()
    workbook.save(buffer)
    house.deliver(name, buffer.getvalue(), at)
    (outcome,) = [one for one in ingest_all(house.home, workers=1) if one["file"] == name]
    return outcome


def counted(house: House) -> Counter[tuple[str, str]]:
    """Persons' statuses of the deliveries that count, whichever these are."""
    found: Counter[tuple[str, str]] = Counter()
    for partner, delivery in active_deliveries(house.home, [house.contract]):
        rows = pq.read_table(house.home.bronze("attendance", partner, delivery), partitioning=None).to_pylist()
        found.update((one["person_ref"], one["status"]) for one in rows)
    return found


@pytest.mark.parametrize("name", ["", "att_a.csv (1).xlsx", "att_a_v2.csv.xlsx"])
def test_a_mended_pack_of_a_text_file_takes_its_place(house: House, name: str) -> None:
    house.ingest("att_a.csv", listing(*GOOD, row(1, "z"), row(2, Province="Atlantis", Date="6/2024"), row(3)))
    before = counted(house)
    assert before.total() == 11
    outcome = mended(house, {"H12": "A", "F13": "Kampot", "C13": "07/06/2024"}, name)
    assert (outcome["outcome"], outcome["rows_accepted"], outcome["rows_quarantined"]) == ("accepted", 13, 0)
    after = counted(house)
    assert after.total() == 13, "every row once"
    assert before <= after
    assert Counter(status for _, status in after.elements()) == {"present": 12, "absent": 1}
    (pack,) = [one for one in packs(house) if one.summary["since"]]
    assert (pack.summary["since"]["file"], pack.summary["since"]["mended"]) == ("att_a.csv", 3)


def test_what_counts_is_the_same_in_whatever_order_they_are_read(house: House) -> None:
    house.ingest("att_a.csv", listing(*GOOD, row(1, "z")))
    mended(house, {"H12": "A"})
    after = counted(house)
    for record in house.records():
        (house.home.ledger / f"{record.delivery_id}.json").unlink()
    for name in ("att_a.csv.xlsx", "att_a.csv", "att_a.csv.xlsx"):
        house.ingest(name)
    assert counted(house) == after
    assert after.total() == 11


def test_what_was_not_mended_is_refused_again_and_marked_in_the_workbook_that_came_back(house: House) -> None:
    house.ingest("att_a.csv", listing(*GOOD, row(1, "z"), row(2, "z"), row(3, ID="012"), row(4, ID="0123")))
    outcome = mended(house, {"H12": "P"})
    assert (outcome["outcome"], outcome["rows_accepted"], outcome["rows_quarantined"]) == ("accepted", 13, 1)
    again = mended(house, {"H13": "P"}, at=LATER + 1)
    assert (again["file"], again["rows_accepted"], again["rows_quarantined"]) == ("att_a.csv.xlsx", 14, 0)
    assert counted(house).total() == 14


def test_a_wide_list_comes_back_as_it_was(house: House) -> None:
    house.describe(wide)
    head = "Event,ID,Name,Province,Hours,Day 05-02-2024,Day 06-02-2024\n"
    people = [f"E1,{n},Sok Dara,Takeo,6,P,{'?' if n == 3 else 'A'}" for n in range(1, 11)]
    house.ingest("att_a.csv", head + "\n".join([*people, "Total 10,,,,,10,0"]) + "\n")
    assert counted(house).total() == 19
    assert mended(house, {"H4": "A"})["rows_quarantined"] == 0
    assert counted(house).total() == 20


@pytest.mark.parametrize(
    ("file", "content", "names"),
    [
        ("att_a.csv", listing(*GOOD, row(1, "z")).encode(), ["att_a.csv.xlsx", "att_a_v2.csv.xlsx"]),
        ("sheet_a.xlsx", list_of(*GOOD, row(1, "z")), ["sheet_a.xlsx"]),
    ],
)
def test_what_only_shows_rows_never_takes_the_place_of_the_list(
    house: House, monkeypatch: pytest.MonkeyPatch, file: str, content: bytes, names: list[str]
) -> None:
    draw_small(monkeypatch)
    house.ingest(file, content)
    before = counted(house)
    (pack,) = packs(house)
    assert pack.summary["kind"] == "refused"
    for name in names:
        outcome = sent(house, name, book(pack))
        assert (outcome["outcome"], outcome["error"]["code"]) == ("held", "SALA-F023")
    assert counted(house) == before


def test_a_workbook_with_its_ending_twice_is_no_pack(house: House) -> None:
    outcome = house.ingest("sheet_a.xlsx.xlsx", list_of(*GOOD))
    assert (outcome["outcome"], outcome["error"]["code"]) == ("held", "SALA-F001")


def titled(document: Document) -> None:
    set_custom(table(document), "titles", ["Place: (?P<place>.*)"])
    set_custom(table(document), "headerWithin", 2)


@pytest.mark.parametrize(
    ("change", "content"),
    [
        (titled, "Place: Takeo\n" + listing(*GOOD, row(1, "z"))),
        (lambda _: None, listing(*GOOD, row(1, "z"), row(2) + ",x")),
        (lambda _: None, listing(*GOOD, row(1, "z"), row(2, Name="Sok\x0bDara"))),
    ],
    ids=["a title", "a cell too many", "a sign no workbook holds"],
)
def test_a_pack_that_cannot_say_all_that_the_file_says_asks_for_the_file(
    house: House, change: Any, content: str
) -> None:
    house.describe(change)
    house.ingest("att_a.csv", content)
    (pack,) = packs(house)
    assert book(pack)["Rows"]["A1"].value == SHOWN_COLUMN
    assert "cannot take its place" in said(book(pack), FIXES)
    assert mended(house, {})["error"]["code"] == "SALA-F023"


def test_a_workbook_that_is_no_pack_is_not_taken_for_one_by_its_name(house: House) -> None:
    house.ingest("att_a.csv", listing(*GOOD, row(1, "z")))
    (pack,) = packs(house)
    opened = book(pack)
    assert (opened["Rows"]["A1"].value, opened["Rows"]["B2"].number_format) == (ROW_COLUMN, "@")
    opened["Rows"].delete_cols(1)
    outcome = sent(house, "att_a.csv.xlsx", opened)
    assert (outcome["outcome"], outcome["error"]["code"]) == ("held", "SALA-F023")
    assert ROW_COLUMN in outcome["error"]["expected"]


@pytest.mark.parametrize(("shape", "files"), [("signin-xls", 1), ("dates-buddhist-khmer", 2)])
def test_sent_back_as_it_was_the_same_rows_are_accepted_and_refused(shape: str, files: int, tmp_path: Path) -> None:
    packs = [pack for pack in packs_of(shape, tmp_path).values() if pack.summary["kind"] == "made"]
    whole = [pack for pack in packs if book(pack).worksheets[-1]["A1"].value == ROW_COLUMN]
    home = Home(tmp_path / "home", tmp_path / "partners")
    for pack in whole:
        returned = home.inbox / shape / pack.summary["workbook"]
        shutil.copyfile(pack.folder / returned.name, returned)
        os.utime(returned, (LATER, LATER))
    ingest_all(home, workers=1)
    found = {record.delivery.file: record for record in ledger.read_all(home)}
    for pack in whole:
        first, again = found[pack.summary["file"]], found[pack.summary["workbook"]]
        assert (again.slot, again.revision, again.outcome) == (first.slot, first.revision, first.outcome)
        counts = [(r.counts.read, r.counts.accepted, r.counts.quarantined, r.counts.repeated) for r in (first, again)]
        assert counts[0] == counts[1]
        assert first.delivery_id in corrected(found.values()) or first.outcome == "held"
    assert len(whole) == files


def test_a_real_date_goes_into_a_pack_as_one() -> None:
    cell = Workbook().create_sheet().cell(1, 1)
    assert _fill(cell, f"{REAL_DATE}2024-06-05")
    assert (cell.value, cell.is_date) == (dt.date(2024, 6, 5), True)
    assert not _fill(cell, f"{REAL_DATE}1899-06-05"), "no spreadsheet knows that day: the pack stays"
    assert (cell.value, cell.number_format) == ("1899-06-05", "@")
