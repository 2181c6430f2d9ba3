"""Packs as partners get them: what is marked, what is said, what goes, and nothing of anybody else."""

from __future__ import annotations

import io
import json
import re
import stat

import openpyxl
import pytest
from openpyxl.comments import Comment

from tests.conftest import House, listing, properties, row
from tests.unit.returns.packs import FIXES, SUMMARY, book, coloured, draw_small, list_of, notes, packs, said
from tests.workbooks import MAIN, listed, person, workbook
from warehouse.contract import load_contracts
from warehouse.pipeline import ingest_all
from warehouse.readers.child import Stopped
from warehouse.returns import run
from warehouse.returns.run import write_packs
from warehouse.returns.style import ROW_COLOUR
from warehouse.store import ledger
from warehouse.store.keys import load_keys

KHMER = re.compile("[\u1780-\u17ff]")
GOOD = [row(n) for n in range(10, 20)]


def test_every_refused_cell_of_a_text_file_is_coloured_and_noted_in_both_languages(house: House) -> None:
    house.ingest("att_a.csv", listing(*GOOD, row(1, "z"), row(2, Province="Atlantis", Date="soon"), row(3)))
    (pack,) = packs(house)
    opened = book(pack)
    assert opened.sheetnames[2:] == ["Rows"]
    marks = notes(opened, "Rows")
    assert coloured(opened, "Rows") == set(marks) == {"H12", "C13", "F13"}
    note = marks["H12"]
    for part in (
        "SALA-R001",
        "«z»",
        "'Mark' holds a code that is not agreed.",
        "one of: P, ✓ (present); A (absent)",
        "Write one of: P",
    ):
        assert part in note
    assert "មានកូដដែលមិនទាន់បានព្រមព្រៀងគ្នា" in note
    assert [opened["Rows"].cell(12, 1).value, opened["Rows"].cell(1, 8).value] == [12, "Mark"]


def test_a_workbook_comes_back_as_the_partners_own(house: House) -> None:
    source = openpyxl.load_workbook(io.BytesIO(list_of(*GOOD, row(1, "z"), row(2))))
    sheet = source["List"]
    sheet["J1"], sheet["J2"] = "Remarks", "=1+1"
    sheet["G3"].comment = Comment("ours, not yours", "Dara")
    sheet["B2"].font = openpyxl.styles.Font(bold=True)
    source.create_sheet("Notes")["A1"] = "=cmd|' /C calc'!A0"
    source["Notes"]["A1"].data_type = "s"
    buffer = io.BytesIO()
    source.save(buffer)
    house.deliver("sheet_a.xlsx", buffer.getvalue())
    house.ingest("sheet_a.xlsx")
    (pack,) = packs(house)
    opened = book(pack)
    assert pack.summary["kind"] == "own"
    assert opened.sheetnames[2:] == ["List", "Notes"]
    assert opened["List"]["J2"].value == "=1+1"
    assert opened["List"]["J2"].data_type == "f"
    assert (opened["Notes"]["A1"].value, opened["Notes"]["A1"].data_type) == ("=cmd|' /C calc'!A0", "s")
    assert opened["List"]["B2"].font.bold
    marks = notes(opened, "List")
    assert marks.pop("G3") == "ours, not yours"
    assert coloured(opened, "List") == set(marks) == {"G12"}


def test_a_text_that_begins_like_a_formula_stays_a_text(house: House) -> None:
    hostile = ['=HYPERLINK("x")', "+1", "-1", "@SUM(1)", "#N/A"]
    rows = [row(n, "z", Name=text.replace('"', "")) for n, text in enumerate(hostile)]
    house.ingest("att_a.csv", listing(*GOOD, *rows))
    (pack,) = packs(house)
    sheet = book(pack)["Rows"]
    found = [sheet.cell(line, 5) for line in range(12, 17)]
    assert [cell.value for cell in found] == [text.replace('"', "") for text in hostile]
    assert {cell.data_type for cell in found} == {"s"}
    assert all(cell.quotePrefix for cell in found[:4])


def test_a_row_refused_as_a_whole_is_coloured_and_its_first_cell_noted(house: House) -> None:
    house.deliver("sheet_a.xlsx", list_of(*GOOD, row(1, ID="", Name="")))
    house.ingest("sheet_a.xlsx")
    (pack,) = packs(house)
    opened = book(pack)
    assert coloured(opened, "List") == {"A12"} == set(notes(opened, "List"))
    assert coloured(opened, "List", ROW_COLOUR) == {f"{letter}12" for letter in "BCDEFG"}
    assert "SALA-R012" in notes(opened, "List")["A12"]


def test_fixes_are_listed_by_what_they_hold_back_with_links_to_cells(house: House) -> None:
    bad = [row(1, "z"), row(1, "z", Date="06/06/2024"), row(2, "z", Province="Atlantis"), row(3, Province="Atlantis")]
    house.ingest("att_a.csv", listing(*GOOD, *bad))
    (pack,) = packs(house)
    fixes = [(f["headers"], f["rows"], f["people"], f["rows_held_by_this_alone"]) for f in pack.summary["fixes"]]
    assert fixes == [(["Mark"], 3, 2, 2), (["Province"], 2, 2, 1)]
    sheet = book(pack).worksheets[FIXES]
    links = {cell.hyperlink.location for line in sheet.iter_rows() for cell in line if cell.hyperlink}
    assert links == {"'Rows'!H12", "'Rows'!H13", "'Rows'!H14", "'Rows'!F14", "'Rows'!F15"}
    text = said(book(pack), FIXES)
    assert text.index("SALA-R001") < text.index("SALA-R002")
    assert "A native speaker has not yet reviewed the Khmer texts" in text


def test_corrected_and_sent_back_the_next_pack_says_what_was_mended_and_what_is_new(house: House) -> None:
    house.deliver("sheet_a.xlsx", list_of(*GOOD, row(1, "z"), row(2, "z"), row(3, Province="Atlantis"), row(4)))
    assert house.ingest("sheet_a.xlsx")["rows_quarantined"] == 3
    (first,) = packs(house)
    opened = book(first)
    sheet = opened["List"]
    sheet["G12"] = "P"  # mended
    sheet["E14"] = "Kampot"  # mended
    sheet["B15"] = "someday"  # new
    sheet.insert_rows(2)  # moves all others
    for column, value in enumerate(row(5, "P").split(","), start=1):
        sheet.cell(2, column, value)
    buffer = io.BytesIO()
    opened.save(buffer)
    house.path("sheet_a.xlsx").unlink()
    house.deliver("sheet_a.xlsx", buffer.getvalue(), at=1_700_100_000)
    assert house.ingest("sheet_a.xlsx")["rows_quarantined"] == 2
    second = next(pack for pack in packs(house) if pack.summary["since"])
    since = second.summary["since"]
    assert {name: since[name] for name in ("mended", "new", "still", "left_out")} == {
        "mended": 2,
        "new": 1,
        "still": 1,
        "left_out": 0,
    }
    again = book(second)
    assert again.sheetnames.count(opened.sheetnames[0]) == 1
    assert coloured(again, "List") == set(notes(again, "List")) == {"G14", "B16"}
    assert "mended\nបានកែរួច" in said(again, SUMMARY)


def test_a_file_held_as_a_whole_gets_the_one_reason_in_both_languages(house: House) -> None:
    house.ingest("att_a.csv", "Event,Date\nE1,05/06/2024\n")
    (pack,) = packs(house)
    assert (pack.summary["kind"], pack.summary["reason"]["code"]) == ("letter", "SALA-F008")
    opened = book(pack)
    assert len(opened.sheetnames) == 1
    text = said(opened, 0)
    assert "A promised column is missing" in text
    assert "បាត់ជួរឈរដែលត្រូវមាន" in text
    assert "'ID'" in text


def test_rows_that_only_wait_for_the_others_are_no_fix(house: House) -> None:
    house.ingest("att_a.csv", listing(row(1, "z"), row(2, "z"), row(3)))
    (pack,) = packs(house)
    assert pack.summary["reason"]["code"] == "SALA-F015"
    assert [fix["code"] for fix in pack.summary["fixes"]] == ["SALA-R001"]
    assert pack.summary["rows_waiting"] == 1
    assert coloured(book(pack), "Rows") == {"H2", "H3"}


def test_nothing_to_mend_is_no_pack_and_what_is_mended_takes_the_pack_of_its_contract_away(house: House) -> None:
    house.ingest("att_a.csv", listing(*GOOD))
    assert packs(house) == []
    house.ingest("att_b.csv", listing(*GOOD, row(1, "z")))
    (pack,) = packs(house)
    house.describe(lambda d: _codes(d, ["P", "✓", "z"]))
    ingest_all(house.home, workers=1)
    assert packs(house) == []
    assert not pack.folder.exists()


def _codes(document: dict[str, object], present: list[str]) -> None:
    for table in document["schema"]:  # type: ignore[attr-defined]
        for one in table["properties"]:
            if one["name"] == "status":
                one["customProperties"] = properties(codes={"present": present, "absent": ["A"]}, blank="unknown")


def test_a_second_run_keeps_what_is_there_and_one_without_its_summary_is_done_again(house: House) -> None:
    house.ingest("att_a.csv", listing(*GOOD, row(1, "z")))
    (first,) = packs(house)
    before = (first.folder / first.summary["workbook"]).stat().st_ino
    (second,) = packs(house)
    assert (first.outcome, second.outcome) == ("written", "kept")
    assert (first.folder / first.summary["workbook"]).stat().st_ino == before
    (first.folder / "summary.json").unlink()  # killed before it was written
    assert [pack.outcome for pack in packs(house)] == ["written"]


def test_packs_are_the_keepers_alone_and_their_reports_hold_no_value(house: House) -> None:
    house.ingest("att_a.csv", listing(*GOOD, row(1, "zebra"), row(2, Date="Canary day")))
    (pack,) = packs(house)
    assert stat.S_IMODE(house.home.returns.stat().st_mode) == 0o700
    assert stat.S_IMODE((pack.folder / pack.summary["workbook"]).stat().st_mode) == 0o600
    told = json.dumps(pack.as_dict(), ensure_ascii=False) + "".join(repr(r) for r in ledger.read_all(house.home))
    assert "zebra" not in told
    assert "Canary" not in told
    assert "zebra" in str(notes(book(pack), "Rows"))
    assert list(house.home.scratch.glob("arrival-*")) == []


def test_a_file_of_two_partners_tells_neither_of_the_other(house: House) -> None:
    house.describe(lambda d: d.update(id="rival", servers=[d["servers"][0] | {"path": "inbox/rival"}]), "rival")
    content = listing(*GOOD, row(1, "z"))
    house.deliver("att_secret-a.csv", content)
    rival = house.home.root / "inbox" / "rival" / "att_b.csv"
    rival.parent.mkdir(parents=True)
    rival.write_text(content)
    contracts = house.home.contracts / "rival" / "contract.odcs.yaml"
    contracts.write_text(contracts.read_text().replace("acme-training", "rival-training"))
    ingest_all(house.home, workers=1)
    done = write_packs(house.home, load_contracts(house.home.contracts), load_keys())
    letters = [pack for pack in done if pack.summary["partner"] == "rival"]
    assert [pack.summary["reason"]["code"] for pack in letters] == ["SALA-F016"]
    assert "acme" not in said(book(letters[0]), 0) + json.dumps(letters[0].summary)
    assert "secret" not in said(book(letters[0]), 0) + json.dumps(letters[0].summary)


def test_a_workbook_that_openpyxl_cannot_read_is_made_of_its_rows(house: House) -> None:
    styles = f'<styleSheet {MAIN}><cellXfs count="1"><xf numFmtId="none"/></cellXfs></styleSheet>'.encode()
    sheet = listed(*(person(n) for n in range(8)), person(9, "z"))
    house.deliver("sheet_a.xlsx", workbook({"List": sheet}, extra={"xl/styles.xml": styles}))
    house.ingest("sheet_a.xlsx")
    (pack,) = packs(house)
    assert pack.summary["kind"] == "made"
    assert set(notes(book(pack), "List")) == {"H10"}


def test_one_that_meets_a_limit_is_drawn_small_and_says_so(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.ingest("att_a.csv", listing(*GOOD, row(1, "z")))
    draw_small(monkeypatch)
    (pack,) = packs(house)
    assert pack.summary["kind"] == "refused"
    sheet = book(pack)["Rows"]
    assert [sheet.cell(2, 1).value, sheet.max_row] == [12, 2]
    assert "only refused rows stand here, 1 of 1" in said(book(pack), FIXES)


def test_one_that_cannot_be_drawn_is_told_of_and_stops_no_other(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.ingest("att_a.csv", listing(*GOOD, row(1, "z")))

    def never(*_: object) -> None:
        raise Stopped("no answer within 300 s")

    monkeypatch.setattr(run, "run_in_child", never)
    (pack,) = write_packs(house.home, [house.contract], load_keys())
    assert pack.error
    assert (pack.outcome, pack.error["code"]) == ("failed", "SALA-G001")


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("a (1).csv", "a (1).csv.xlsx"),
        ("List.XLSX", "List.XLSX"),
        ("‹unexpected name 1a›", "unexpected name 1a.xlsx"),
        ("../../x", "x.xlsx"),
        ("...", "file.xlsx"),
        ("ក" * 100 + ".csv", "ក" * 81 + ".xlsx"),
        ("-A&B, បញ្ជី+1.csv", "-A&B, បញ្ជី+1.csv.xlsx"),
    ],
)
def test_a_pack_has_the_name_of_its_file_where_a_file_can_have_it(file: str, expected: str) -> None:
    assert run._name(file) == expected


def test_a_sealed_original_that_cannot_be_opened_stops_no_other(house: House) -> None:
    house.ingest("att_a.csv", listing(*GOOD, row(1, "z")))
    house.ingest("att_b.csv", listing(*GOOD, row(2, "z")))
    for record in ledger.read_all(house.home):
        if record.delivery.file == "att_a.csv":
            house.home.archive("acme", record.delivery_id).write_bytes(b"cut")
    first, second = write_packs(house.home, [house.contract], load_keys())
    assert first.error
    assert (first.outcome, first.error["code"], second.outcome) == ("failed", "SALA-S002", "written")


@pytest.mark.parametrize(
    ("sample", "expected"),
    [("att_2024.csv", "a name such as 'att_2024.csv'"), (None, "a name as those of your earlier files")],
)
def test_a_file_of_another_name_is_told_an_example_and_no_pattern(
    house: House, sample: str | None, expected: str
) -> None:
    if sample:
        received = house.contract.folder / "sample" / "received"
        received.mkdir(parents=True)
        (received / sample).touch()
    house.ingest("another.csv", listing(*GOOD))
    (pack,) = packs(house)
    told = said(book(pack), 0)
    assert pack.summary["reason"]["expected"] == expected
    assert f"Expected: {expected}." in told
    assert "ឈ្មោះ" in pack.summary["reason"]["action"]["km"]
    assert not re.search(r"[\\(]\?|\\d|\.\*", told)
    assert house.contract.tables[0].options.files not in told + json.dumps(pack.summary)
