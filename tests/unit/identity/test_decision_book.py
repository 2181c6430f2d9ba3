"""The workbook of decisions: what goes out comes back, all of it or nothing, and a text stays a text."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from tests.unit.identity.conftest import person
from warehouse.identity.decision_book import HEADINGS, SHEET, BookInvalid, read_book, write_book
from warehouse.identity.decision_rules import NOT_SAME, SAME, UNDECIDED
from warehouse.identity.decisions import Decision, DecisionsContradict, record_decisions
from warehouse.store.home import Home

WHEN = dt.datetime(2026, 3, 1, 9, 30, tzinfo=dt.UTC)
NOW = dt.datetime(2026, 4, 1, tzinfo=dt.UTC)
KNOWN = frozenset(person(n) for n in range(1, 20))


def decided(left: int, right: int, verdict: str, why: str = "seen", line: int = 0) -> Decision:
    return Decision(person(left), person(right), verdict, "reviewer", WHEN, why, line)


def row(left: int, right: int, **cells: object) -> dict[str, Any]:
    return dict.fromkeys(HEADINGS, "") | {"left": person(left), "right": person(right)} | cells


def row_of(each: Decision) -> dict[str, Any]:
    _, _, verdict, who, when, why = each.as_fields()
    return {"left": each.left, "right": each.right, "verdict": verdict, "who": who, "why": why, "when": when}


@pytest.fixture
def book(tmp_path: Path) -> Any:
    def write(*rows: dict[str, Any], history: tuple[Decision, ...] = (), who: str = "") -> list[Decision]:
        path = tmp_path / "pairs.xlsx"
        path.write_bytes(write_book(rows))
        return read_book(path, history, KNOWN, who, NOW)

    return write


def test_what_is_filled_in_comes_back(book: Any) -> None:
    taken = book(
        row(1, 2, verdict=SAME, who="registrar", why="one face"),
        row(3, 4),
        row(6, 5, verdict=NOT_SAME, why="x"),
        who="me",
    )
    assert [(d.pair, d.verdict, d.who, d.why, d.when) for d in taken] == [
        ((person(1), person(2)), SAME, "registrar", "one face", NOW),
        ((person(5), person(6)), NOT_SAME, "me", "x", NOW),
    ]


def test_rows_as_they_were_given_out_are_no_decisions(book: Any) -> None:
    history = (decided(1, 2, SAME, line=2), decided(3, 4, NOT_SAME, line=3))
    assert book(*(row_of(each) for each in history), row(5, 6), history=history) == []
    changed = row_of(history[0]) | {"verdict": UNDECIDED, "why": "not sure any more"}
    assert [d.verdict for d in book(changed, history=history)] == [UNDECIDED]


def test_an_old_export_does_not_undo_what_was_decided_since(book: Any) -> None:
    old, new = decided(1, 2, SAME, line=2), decided(1, 2, NOT_SAME, line=3)
    assert book(row_of(old), history=(old, new)) == []
    for stale in (row_of(old) | {"why": "another reason"}, row(1, 2, verdict=SAME, who="w", why="y")):
        with pytest.raises(BookInvalid, match="line 3") as raised:
            book(stale, history=(old, Decision(**(vars(new) | {"when": NOW}))))
        assert [flaw.rule for flaw in raised.value.flaws] == ["newer"]


def test_every_mistake_is_told_at_once_with_the_address_of_its_cell_and_without_its_value(book: Any) -> None:
    with pytest.raises(BookInvalid) as raised:
        book(
            row(1, 2, verdict="the same", who="w", why="y"),
            row(3, 4, verdict=SAME, who="w"),
            row(5, 6, verdict=SAME, why="y"),
            row(99, 1, verdict=SAME, who="w", why="y"),
            row(7, 8, verdict=SAME, who="w", why="phone 012345678"),
            row(9, 10, verdict=SAME, who="w", why="=1+1"),
            row(11, 12, verdict=SAME, who="w", why="y"),
            row(12, 11, verdict=NOT_SAME, who="w", why="y"),
            row(13, 14, why="no verdict"),
            row(15, 16, verdict=SAME, who="w", why="y") | {"left": "Sok Dara"},
        )
    told = [(flaw.place, flaw.rule) for flaw in raised.value.flaws]
    assert told == [
        ("C2", "verdict"),
        ("E3", "empty"),
        ("D4", "empty"),
        ("A5", "known"),
        ("E6", "identifier"),
        ("E7", "formula"),
        ("C9", "once"),
        *(("C10", "verdict"), ("D10", "empty")),
        ("A11", "person"),
    ]
    for value in ("the same", "012345678", "1+1", "Sok"):
        assert value not in str(raised.value)
    assert raised.value.code == "SALA-I105"


def test_a_contradiction_is_told_with_its_cells_and_lines(book: Any, tmp_path: Path) -> None:
    home = Home(tmp_path)
    record_decisions(home, [decided(1, 2, SAME)])
    taken = book(row(2, 3, verdict=SAME, who="w", why="y"), row(1, 3, verdict=NOT_SAME, who="w", why="y"))
    before = home.decisions.read_bytes()
    with pytest.raises(DecisionsContradict) as raised:
        record_decisions(home, taken)
    assert "C3 says not same, line 2 and C2 say same" in raised.value.found
    assert home.decisions.read_bytes() == before


def test_a_text_stays_a_text_and_the_verdict_has_a_list(tmp_path: Path) -> None:
    content = write_book([row(1, 2, why='=HYPERLINK("http://x")') | {"left unit": "+1", "link": "http://x"}])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        assert not any("external" in name.lower() for name in archive.namelist())
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet.lower()
    assert 'sqref="C2"' in sheet
    assert "same,not same,undecided" in sheet


def test_columns_may_be_moved_and_others_added(tmp_path: Path) -> None:
    path = tmp_path / "moved.xlsx"
    with xlsxwriter.Workbook(path) as made:
        page = made.add_worksheet(SHEET)
        for column, name in enumerate(["my notes", *reversed(HEADINGS)]):
            page.write(0, column, name)
        page.write_row(1, 0, ["note", "", "y", "w", "perhaps", person(2), person(1)])
    with pytest.raises(BookInvalid) as raised:
        read_book(path, [], KNOWN, "", NOW)
    assert [flaw.place for flaw in raised.value.flaws] == ["E2"]


@pytest.mark.parametrize("kind", ["garbage", "cut", "no file", "another sheet", "no headings", "empty", "old binary"])
def test_a_file_that_is_none_of_ours_is_told_as_such(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "x.xlsx"
    if kind in ("garbage", "old binary"):
        path.write_bytes(b"\xd0\xcf\x11\xe0" * 200 if kind == "old binary" else b"left,right")
    elif kind == "cut":
        path.write_bytes(write_book([row(1, 2)])[:-400])
    elif kind != "no file":
        with xlsxwriter.Workbook(path) as made:
            page = made.add_worksheet("Other" if kind == "another sheet" else SHEET)
            page.write(0, 0, "" if kind == "empty" else "left")
    with pytest.raises(BookInvalid) as raised:
        read_book(path, [], KNOWN, "", NOW)
    assert raised.value.flaws[0].rule in ("workbook", "headings")


def test_a_decompression_bomb_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (30 << 20))
    with pytest.raises(BookInvalid, match="FileTooLarge"):
        read_book(path, [], KNOWN, "", NOW)
