"""Workbooks nobody would want, through the real pipeline: one clear outcome each, no blank where something was."""

from __future__ import annotations

import re
import struct
import zipfile
from collections.abc import Callable
from io import BytesIO

import pyarrow.parquet as pq
import pytest

from tests.conftest import HEADER, PARTNER, House, listing, row
from tests.workbooks import (
    EMPTY,
    ERROR,
    archive,
    cached,
    listed,
    person,
    rich,
    shared,
    sheet_xml,
    text,
    uncached,
    workbook,
)

GOOD = workbook({"List": listed(person(1), person(2))})
TWO = workbook({"List A": listed(person(1)), "List B": listed(person(2))})
BILLION = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SHEET = "xl/worksheets/sheet1.xml"
RELATIONS = "xl/_rels/workbook.xml.rels"
BOMB_SHEET = b"<row><c><v>0000000</v></c></row>" * (14 << 20)


def changed(data: bytes, member: str, change: Callable[[bytes], bytes]) -> bytes:
    with zipfile.ZipFile(BytesIO(data)) as file:
        members = {name: file.read(name) for name in file.namelist()}
    assert member in members
    return archive(members | {member: change(members[member])})


def corner() -> str:
    cell = '<c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c>'
    return listed(person(1)).replace("</sheetData>", f'<row r="1048576">{cell}</row></sheetData>')


def flipped(data: bytes) -> bytes:
    """One changed byte within the compressed sheet."""
    with zipfile.ZipFile(BytesIO(data)) as file:
        info = file.getinfo("xl/worksheets/sheet1.xml")
    place = info.header_offset + 30 + len(info.filename) + info.compress_size // 2
    return data[:place] + bytes([data[place] ^ 0xFF]) + data[place + 1 :]


def encrypted_member(data: bytes) -> bytes:
    """The flag of an encrypted zip member set, in the directory too."""
    made = bytearray(data)
    place = data.index(b"PK\x01\x02")
    while place >= 0:
        made[place + 8] |= 1
        place = data.find(b"PK\x01\x02", place + 4)
    return bytes(made)


def lying(data: bytes) -> bytes:
    """The directory promises a sheet of 100 bytes."""
    made, place = bytearray(data), data.index(b"PK\x01\x02")
    while place >= 0:
        length = struct.unpack_from("<H", data, place + 28)[0]
        if data[place + 46 : place + 46 + length] == b"xl/worksheets/sheet1.xml":
            struct.pack_into("<I", made, place + 24, 100)
        place = data.find(b"PK\x01\x02", place + 4)
    return bytes(made)


def renamed(relations: bytes) -> bytes:
    return relations.replace(b"sheet1", b"sheet9")


def without(data: bytes, member: str) -> bytes:
    with zipfile.ZipFile(BytesIO(data)) as file:
        return archive({name: file.read(name) for name in file.namelist() if name != member})


def unlisted(listing: bytes) -> bytes:
    return re.sub(rb"<sheet name=.List B[^>]*>", b"", listing)


def shared_texts(promised: int) -> bytes:
    """Two of them, and the number that the part says."""
    sheet = listed(person(1, Name=shared(0)), person(2, Name=shared(1)))
    data = workbook({"List": sheet}, ["Canary One", "Canary Two"])
    return changed(data, "xl/sharedStrings.xml", lambda x: x.replace(b"<sst ", b'<sst uniqueCount="%d" ' % promised))


def entities(sheet: bytes) -> bytes:
    body = sheet.removeprefix(b'<?xml version="1.0" encoding="UTF-8"?>').replace(b"Kampot", b"&l9;")
    return f'<!DOCTYPE x [<!ENTITY l0 "ha">{BILLION}]>'.encode() + body


HELD: list[tuple[str, Callable[[], bytes], set[str]]] = [
    ("empty", lambda: b"", {"SALA-F002"}),
    ("a CSV", lambda: listing(row(1)).encode(), {"SALA-F003"}),
    ("cut in half", lambda: GOOD[: len(GOOD) // 2], {"SALA-F003"}),
    ("cut by one byte", lambda: GOOD[:-1], {"SALA-F003"}),
    ("only a magic", lambda: b"PK\x03\x04", {"SALA-F003"}),
    ("garbage after the magic", lambda: b"PK\x03\x04" + bytes(range(256)) * 20, {"SALA-F003"}),
    ("another zip", lambda: archive({"a.txt": b"x"}), {"SALA-F003"}),
    ("a changed byte", lambda: flipped(GOOD), {"SALA-F003"}),
    ("an encrypted member", lambda: encrypted_member(GOOD), {"SALA-F003", "SALA-F004"}),
    ("a password", lambda: OLE + "EncryptedPackage".encode("utf-16-le") + b"\0" * 4096, {"SALA-F004"}),
    ("only an old magic", lambda: OLE + b"\0" * 4096, {"SALA-F003"}),
    ("broken XML", lambda: changed(GOOD, "xl/worksheets/sheet1.xml", lambda x: x[:-40]), {"SALA-F003"}),
    ("no sheet where it is promised", lambda: changed(GOOD, RELATIONS, renamed), {"SALA-F003"}),
    (
        "entities within entities",
        lambda: changed(GOOD, "xl/worksheets/sheet1.xml", entities),
        {"SALA-F003", "SALA-F013"},
    ),
    ("a cell of another row", lambda: changed(GOOD, SHEET, lambda x: x.replace(b'"C2"', b'"C3"')), {"SALA-F003"}),
    ("a cell twice", lambda: changed(GOOD, SHEET, lambda x: x.replace(b'"C2"', b'"B2"')), {"SALA-F003"}),
    ("a row twice", lambda: changed(GOOD, SHEET, lambda x: x.replace(b'<row r="3"', b'<row r="2"')), {"SALA-F003"}),
    ("a shared text less than promised", lambda: shared_texts(promised=3), {"SALA-F003"}),
    ("a shared text more than promised", lambda: shared_texts(promised=1), {"SALA-F003"}),
    (
        "one sheet under two names",
        lambda: changed(TWO, RELATIONS, lambda x: x.replace(b"t2.xml", b"t1.xml")),
        {"SALA-F003"},
    ),
    (
        "two names for one sheet",
        lambda: changed(TWO, "xl/workbook.xml", lambda x: x.replace(b"rId2", b"rId1")),
        {"SALA-F003"},
    ),
    (
        "two sheets of one name",
        lambda: changed(TWO, "xl/workbook.xml", lambda x: x.replace(b"List B", b"List A")),
        {"SALA-F003"},
    ),
    (
        "no shared texts where they are promised",
        lambda: without(shared_texts(2), "xl/sharedStrings.xml"),
        {"SALA-F003"},
    ),
    ("a sheet that is not listed", lambda: changed(TWO, "xl/workbook.xml", unlisted), {"SALA-F003"}),
    ("a cell in the far corner", lambda: workbook({"List": corner()}), {"SALA-F013"}),
    ("another sheet", lambda: workbook({"List": listed(person(1)), "Budget": listed(person(2))}), {"SALA-F011"}),
    ("only sheets passed over", lambda: workbook({"Notes": listed(person(1))}), {"SALA-F011"}),
    ("no header", lambda: workbook({"List": sheet_xml([person(1), person(2)])}), {"SALA-F008"}),
    ("header too far down", lambda: workbook({"List": sheet_xml([["x"]] * 6 + [["Event"], person(1)])}), {"SALA-F008"}),
    ("no rows", lambda: workbook({"List": listed()}), {"SALA-F002"}),
    ("no cells", lambda: workbook({"List": sheet_xml([])}), {"SALA-F002"}),
]


@pytest.mark.parametrize(("make", "codes"), [pytest.param(m, c, id=n) for n, m, c in HELD])
def test_a_bad_workbook_is_held_with_its_code(house: House, make: Callable[[], bytes], codes: set[str]) -> None:
    outcome = house.ingest("sheet_bad.xlsx", make())
    assert outcome["outcome"] == "held"
    assert outcome["error"]["code"] in codes, outcome["error"]
    assert all(outcome["error"].values())
    assert "Canary" not in str(outcome)
    assert house.ingest("sheet_after.xlsx", GOOD)["rows_accepted"] == 2


def test_a_workbook_that_would_inflate_a_thousandfold_is_held_before_it_is_inflated(house: House) -> None:
    data = changed(GOOD, "xl/worksheets/sheet1.xml", lambda _: BOMB_SHEET)
    assert len(BOMB_SHEET) > 400 << 20
    assert len(data) < 3 << 20
    outcome = house.ingest("sheet_bomb.xlsx", data)
    assert outcome["error"]["code"] == "SALA-F007"
    assert "MiB when inflated" in outcome["error"]["found"]
    # The same with a directory that lies about it: the child's limits and the checks of the format hold.
    outcome = house.ingest("sheet_liar.xlsx", lying(data))
    assert outcome["error"]["code"] in {"SALA-F003", "SALA-F013"}


def refused(house: House) -> dict[int, tuple[str, str]]:
    files = list((house.home.root / "quarantine").rglob("*.parquet"))
    rows = [row for file in files for row in pq.ParquetFile(file).read().to_pylist()]
    assert "Canary" not in str(rows)
    return {row["row_number"]: (row["rule"], row["column_name"]) for row in rows}


@pytest.mark.parametrize("named", [True, False], ids=["named cells", "cells in order only"])
def test_a_cell_that_holds_no_value_is_refused_and_never_blank(house: House, named: bool) -> None:
    sheet = listed(
        person(1),
        person(2, ERROR),
        person(3, uncached("VLOOKUP(1,A:A,1)")),
        person(4, Hours=ERROR),
        person(5, cached("UPPER(p)", "P")),
        person(6, EMPTY),
        person(7, cached("IF(1,2)", "")),
        person(8),
        named=named,
    )
    outcome = house.ingest("sheet_formulas.xlsx", workbook({"List": sheet}))
    assert outcome["error"] is None
    assert refused(house) == {
        3: ("error_cell", "status"),
        4: ("formula_without_result", "status"),
        5: ("error_cell", "hours"),
    }
    assert (outcome["rows_read"], outcome["rows_accepted"], outcome["records_counted"]) == (8, 5, 8)
    bronze = pq.ParquetFile(next((house.home.root / "bronze").rglob("*.parquet"))).read()
    status = dict(zip(bronze["row_number"].to_pylist(), bronze["status"].to_pylist(), strict=True))
    assert status == {2: "present", 6: "present", 7: "unknown", 8: "unknown", 9: "present"}


def test_blank_and_shared_and_rich_texts_are_counted_alike_by_both_counts(house: House) -> None:
    strings = ["Canary Rich", "   ", "\u200b", "<r><t>Canary </t></r><r><t>Run</t></r>", "<t></t>", "_x000D_"]
    rows = [
        person(1, Name=shared(0)),
        [shared(1), shared(1)],  # blanks only
        [shared(2)],
        [text("\u00a0\u200b"), EMPTY],
        person(2, Name=shared(3)),
        [shared(4), rich(" ", " ")],
        [],
        person(3, Name=rich("Canary", " Dara")),
    ]
    outcome = house.ingest("sheet_blanks.xlsx", workbook({"List": listed(*rows)}, strings))
    assert outcome["error"] is None
    assert (outcome["records_counted"], outcome["rows_read"], outcome["rows_accepted"]) == (3, 3, 3)


def test_sheets_that_are_hidden_are_told_and_charts_are_passed_over(house: House) -> None:
    sheets = {"List A": listed(person(1)), "List B": listed(person(2)), "Notes": listed(person(3))}
    outcome = house.ingest("sheet_many.xlsx", workbook(sheets, states={"List B": "hidden"}, charts=["List chart"]))
    assert outcome["error"] is None
    assert outcome["rows_accepted"] == 2
    assert "sheet 2: it is hidden and was read" in outcome["notes"]
    outcome = house.ingest(
        "sheet_lists.xlsx", workbook(sheets | {"Old": listed(person(4))}, states={"Old": "veryHidden"})
    )
    assert outcome["error"]["code"] == "SALA-F011"
    assert outcome["error"]["found"] == "sheet 4, hidden, of another name"


def test_as_many_shared_texts_as_promised_are_read(house: House) -> None:
    assert house.ingest("sheet_shared.xlsx", shared_texts(promised=2))["rows_accepted"] == 2


def test_a_header_that_moved_within_the_searched_rows_is_found(house: House) -> None:
    rows = [["Acme (invented)"], [], HEADER.split(","), person(1), person(2)]
    outcome = house.ingest("sheet_moved.xlsx", workbook({"List": sheet_xml(rows)}))
    assert (outcome["outcome"], outcome["rows_accepted"]) == ("accepted", 2)
    bronze = pq.ParquetFile(house.home.bronze("attendance", PARTNER, outcome["delivery_id"])).read()
    assert bronze["row_number"].to_pylist() == [4, 5]
