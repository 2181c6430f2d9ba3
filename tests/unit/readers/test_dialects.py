"""A detected dialect is verified by the contract's headers; two readings hold the file and are told by structure."""

from __future__ import annotations

import codecs
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from tests.conftest import HEADER, Document, House, listing, row
from warehouse.contract.model import Table
from warehouse.contract.properties import Dialect
from warehouse.readers.delimited import read_delimited
from warehouse.readers.dialects import settle_dialect
from warehouse.readers.faults import EncodingWrong, FormatWrong, HeaderMissing, QuotingBroken, ReadingUncertain
from warehouse.readers.raw import RawFile
from warehouse.store.home import Home

DETECTED = Dialect(delimiter="detect", encoding="detect")
GOOD = listing(row(1), row(2, Name="Canary René"))


def described(house: House, **dialect: str) -> Table:
    def change(document: Document) -> None:
        for table in document["schema"]:
            table["customProperties"].append({"property": "dialect", "value": dialect})

    house.describe(change)
    return house.contract.tables[1]


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Table:
    root = tmp_path_factory.mktemp("detected")
    return described(House(Home(root / "home", root / "partners")), delimiter="detect", encoding="detect")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("received")


def read(folder: Path, data: bytes, table: Table) -> RawFile:
    path = folder / "received"
    path.write_bytes(data)
    return read_delimited(path, table)


def names(raw: RawFile) -> list[str]:
    column = raw.sheets[0].rows.column("name_latin")
    return [str(text) for text in column.to_pylist()]


ENCODINGS = {
    "utf-8": ("", "utf-8"),
    "utf-8-sig": ("", "utf-8"),
    "utf-16": ("", "utf-16"),
    "utf-16-be": ("\ufeff", "utf-16"),
    "utf-16-le": ("", "utf-16-le"),
    "cp1252": ("", "cp1252"),
}


@settings(max_examples=60, deadline=None)
@given(
    encoding=st.sampled_from(sorted(ENCODINGS)),
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    named=st.booleans(),
)
def test_a_list_reads_alike_however_it_is_written(
    table: Table, folder: Path, encoding: str, delimiter: str, end: str, named: bool
) -> None:
    mark, found = ENCODINGS[encoding]
    text = mark + f"sep={delimiter}{end}" * named + GOOD.replace(",", delimiter).replace("\n", end)
    raw = read(folder, text.encode(encoding), table)
    assert names(raw) == ["Canary Dara1", "Canary René"]
    assert raw.sheets[0].counted == 3
    assert raw.notes[0].startswith(f"read as {found} with")
    assert raw.sheets[0].row_numbers.to_pylist() == [2, 3]


@pytest.mark.parametrize(
    ("name", "encoding"),
    [
        ("Canary René", "cp1252"),
        ("Canary René", "mac-roman"),
        ("Canary René", "cp850"),
        ("D’Arc Noël Gauthière", "cp1252"),
        ("Canary 12–14", "cp1252"),
    ],
)
def test_the_encoding_in_which_letters_make_words_is_taken(
    table: Table, folder: Path, name: str, encoding: str
) -> None:
    raw = read(folder, listing(row(1, Name=name)).encode(encoding), table)
    assert names(raw) == [name]
    assert raw.notes[0] == f"read as {encoding} with commas, as detected"


def test_two_encodings_that_both_make_words_hold_the_file_and_no_cell_is_told(table: Table, folder: Path) -> None:
    with pytest.raises(ReadingUncertain) as held:
        read(folder, listing(row(1, Name="Canary École")).encode("cp850"), table)
    told = "with commas: 2 rows of up to 7 columns, 7 headers of the contract"
    assert held.value.found == f"mac-roman {told}; or cp850 {told}"
    assert "Canary" not in str(held.value)


def test_bytes_that_make_words_in_no_encoding_are_held(table: Table, folder: Path) -> None:
    with pytest.raises(EncodingWrong):
        read(folder, listing(row(1)).encode() + b"E1,05/06/2024,K,\x81\x9d\xfeG\xd0b,Kampot,6,P\n", table)


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (GOOD.encode().replace(b"Dara1", b"Da\0ra1"), FormatWrong),
        (GOOD.encode("utf-8").replace(b"E1", b"E1\r", 1), QuotingBroken),
        (b"Other,Names,Here\n1,2,3\n", HeaderMissing),
        (b"sep=#\n" + GOOD.encode(), HeaderMissing),
    ],
)
def test_what_no_reading_makes_a_table_of_is_held(table: Table, folder: Path, data: bytes, fault: type) -> None:
    with pytest.raises(fault):
        read(folder, data, table)


def test_what_is_declared_is_held_to(house: House, folder: Path) -> None:
    table = described(house, delimiter=",", encoding="utf-8")
    with pytest.raises(ReadingUncertain, match="F017"):
        read(folder, b"sep=;\n" + GOOD.encode(), table)
    with pytest.raises(HeaderMissing):
        read(folder, GOOD.replace(",", ";").encode(), table)
    with pytest.raises(EncodingWrong):
        read(folder, codecs.BOM_UTF16_LE + GOOD.encode("utf-16-le"), table)
    raw = read(folder, b"sep=,\r\n" + GOOD.encode(), table)
    assert raw.notes[0] == "the first line only names the delimiter; rows are counted from the next"


def test_a_delimiter_by_which_records_differ_in_width_falls_out(tmp_path: Path) -> None:
    """Without a contract's header it is the width alone that decides."""
    data = b"ID;Name, first\n1;Sok, Dara\n2;Keo\n"
    assert settle_dialect(data, DETECTED, None).dialect.delimiter == ";"


def test_two_delimiters_that_both_make_a_table_hold_the_file() -> None:
    with pytest.raises(ReadingUncertain, match="commas: 2 rows of up to 2 columns; or utf-8 with semicolons"):
        settle_dialect(b"a;b,c\n1;2,3\n", DETECTED, None)


def test_lines_that_end_in_two_ways_are_noted(table: Table, folder: Path) -> None:
    raw = read(folder, (HEADER + "\r\n" + row(1) + "\n" + row(2) + "\r\n").encode(), table)
    assert raw.notes[-1] == "lines end in two ways, with and without a carriage return"
    quoted = row(1).replace("Canary Dara1", '"Canary\nDara1"')
    raw = read(folder, (HEADER + "\r\n" + quoted + "\r\n" + row(2) + "\r\n").encode(), table)
    assert raw.notes == ("read as utf-8 with commas, as detected",)


def test_a_detected_file_passes_the_whole_pipeline(house: House) -> None:
    described(house, delimiter="detect", encoding="detect")
    outcome = house.ingest("plain_wide.csv", GOOD.replace(",", "\t").encode("utf-16"))
    assert (outcome["rows_accepted"], outcome["records_counted"]) == (2, 2)
    assert outcome["notes"] == ["read as utf-16 with tabs, as detected"]
