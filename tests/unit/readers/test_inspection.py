"""Plain rows of an XLSX are looked at as bytes, and give the same facts as the parser; whatever is odd goes to it."""

from __future__ import annotations

import io
import re

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from tests.workbooks import EMPTY, ERROR, cached, rich, shared, sheet_xml, text, uncached
from warehouse.readers.inspection import rows, xlsx
from warehouse.readers.inspection.facts import SheetFacts

NUMBER, STYLED = '<c r="{r}"><v>7</v></c>', '<c r="{r}" s="1" t="n"><v>-1.5E3</v></c>'
PADDED = '<c r="{r}" s="2"><v>7</v></c>'
PLAIN = [NUMBER, STYLED, shared(0), text("ឈ្មោះ"), text("a&b"), EMPTY]
ODD = [ERROR, uncached("A1"), cached("A1", "x"), rich("a"), shared(3), text(" "), text("_x0020_"), PADDED]
STRINGS = xlsx._Strings(blank=frozenset({"3"}), legacy=frozenset())
STYLES = xlsx._Styles(digits={"2": 6}, legacy=frozenset())


def facts(sheet: bytes) -> SheetFacts | str:
    try:
        return xlsx._Sheet(STRINGS, STYLES).read(io.BytesIO(sheet))
    except ValueError as error:
        return str(error)


@settings(max_examples=150, deadline=None)
@given(
    cells=st.lists(st.lists(st.sampled_from(PLAIN + ODD), max_size=4), max_size=6),
    hidden=st.integers(0, 7),
    gap=st.integers(0, 7),
    moved=st.booleans(),
)
def test_the_quick_look_and_the_parser_agree(cells: list[list[str]], hidden: int, gap: int, moved: bool) -> None:
    sheet = sheet_xml(cells).replace(f'<row r="{hidden}"', f'<row r="{hidden}" hidden="1"')
    sheet = re.sub(rf'<row r="{gap}".*?</row>', "", sheet)
    if moved:
        sheet = sheet.replace('<c r="B', '<c r="A', 1)
    quick = facts(sheet.encode())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rows.PlainRows, "read", lambda *_: None)
        assert facts(sheet.encode()) == quick


def test_a_plain_row_is_not_parsed() -> None:
    looked_at = rows.PlainRows([], [])
    for cell in PLAIN[:4]:
        row = sheet_xml([[cell, EMPTY]]).partition("<sheetData>")[2].partition("</sheetData>")[0]
        assert looked_at.read(row.encode()) == (0, frozenset({0}))


@pytest.mark.parametrize("piece", [1, 7, 50, 1 << 20])
def test_a_sheet_is_whole_however_it_is_cut(piece: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "_PIECE", piece)
    monkeypatch.setattr(rows, "_LONGEST", 300)
    sheet = sheet_xml([[text("a")], [text("b" * 400)], [ERROR], [text("c"), EMPTY]]).encode()
    assert b"".join(part for part, _ in rows.in_rows(io.BytesIO(sheet))) == sheet
    found = facts(sheet)
    assert isinstance(found, SheetFacts)
    assert (found.rows, found.errors) == (4, [(2, 0)])
