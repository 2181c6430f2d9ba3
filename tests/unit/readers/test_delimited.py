"""The reader's fast and its strict way give the same rows; the independent count agrees; a 1 GB line costs little."""

from __future__ import annotations

import time
from pathlib import Path

import hypothesis.strategies as st
import psutil
import pytest
from hypothesis import HealthCheck, assume, given, settings

from tests.conftest import HEADER, House, listing, row
from warehouse.contract.model import Table
from warehouse.contract.properties import Dialect
from warehouse.errors import FileHeld
from warehouse.readers import delimited
from warehouse.readers.faults import FileTooLarge
from warehouse.readers.lines import count_records, settle_line_ends
from warehouse.readers.quoting import are_plain_quotes
from warehouse.readers.raw import RawFile, RawSheet
from warehouse.readers.sandbox import Limits, read_in_sandbox
from warehouse.store.home import Home

CELL = st.text(
    st.sampled_from(
        ["a", "B", "7", " ", "\t", "=", "-", ".", "é", "ស", "\u200b", "\u00a0", "\u2028", "\x1c", "\x85", ";", "'"]
    ),
    max_size=4,
)
IN_QUOTES = st.text(st.sampled_from(["a", ",", " ", '"', "ស", ";"]), max_size=4).map(
    lambda cell: '"' + cell.replace('"', '""') + '"'
)
ROW = st.lists(CELL, min_size=7, max_size=7).map(",".join)
ODD_ROW = st.one_of(
    ROW,
    ROW,
    ROW,
    st.just(""),
    st.just(",,,,,,"),
    st.just(" ,\u200b,,,,,"),
    st.just(HEADER),
    st.just(HEADER.replace(",", " ,")),
    st.lists(CELL, min_size=1, max_size=9).map(",".join),
    st.lists(st.one_of(CELL, IN_QUOTES), min_size=7, max_size=7).map(",".join),
    st.lists(st.sampled_from(['""', '"a""b"', 'a"', '"a"b', '"', "a"]), min_size=7, max_size=7).map(",".join),
)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Table:
    root = tmp_path_factory.mktemp("plain")
    house = House(Home(root / "home", root / "partners"))
    house.describe()
    return house.contract.tables[1]


def same(one: RawSheet, other: RawSheet) -> None:
    assert one.rows.select(sorted(one.rows.column_names)) == other.rows.select(sorted(other.rows.column_names))
    assert one.row_numbers == other.row_numbers
    assert (one.headers, one.set_aside, one.counted, one.ragged) == (
        other.headers,
        other.set_aside,
        other.counted,
        other.ragged,
    )


@pytest.mark.parametrize("name", ["Canary", '"Canary"', '"Canary, ""Dara"""', '""'])
def test_the_fast_way_is_open_to_a_plain_file(plain: Table, name: str) -> None:
    text = listing(row(1), row(2, Name=name)).encode()
    assert delimited._plain(text, Dialect(), plain, 3) is not None, "the comparison below would compare nothing"


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(
    rows=st.lists(ODD_ROW, max_size=8),
    end=st.sampled_from(["\n", "\r\n"]),
    last=st.booleans(),
    extra=st.booleans(),
    quoted=st.booleans(),
)
def test_both_ways_give_the_same_rows(
    plain: Table, rows: list[str], end: str, last: bool, extra: bool, quoted: bool
) -> None:
    header = HEADER + ",More" if extra else HEADER
    header = ",".join(f'"{cell}"' for cell in header.split(",")) if quoted else header
    text = (end.join([header, *(r + ",x" * extra for r in rows)]) + end * last).encode()
    counted = count_records(text, b'"')

    def outcome(way: object) -> object:
        try:
            return way(text, Dialect(), plain, counted)  # type: ignore[operator]
        except FileHeld as error:
            return type(error), error.found

    fast = outcome(delimited._plain)
    assume(fast is not None)  # the fast way leaves to the strict one what it cannot read
    strict = outcome(delimited._strict)
    if not isinstance(fast, RawFile) or not isinstance(strict, RawFile):
        assert fast == strict
        return
    same(fast.sheets[0], strict.sheets[0])
    assert fast.notes == strict.notes


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ('"a","b""c",""\n', True),
        ('a,"b"\r\n', True),
        ('a"b,c",d\n', False),
        ('"a"b,c\n', False),
        ('"a\nb",c\n', False),
        ('"a,b\n', False),
    ],
)
def test_only_quotes_around_whole_cells_are_plain(text: str, plain: bool) -> None:
    assert are_plain_quotes(text.encode(), Dialect()) is plain


QUOTED = st.text(st.sampled_from(["a", ",", "\n", "\r", '"', " ", "ស"]), max_size=5)


@settings(max_examples=80, deadline=None)
@given(
    rows=st.lists(st.lists(QUOTED, min_size=7, max_size=7), min_size=1, max_size=6), end=st.sampled_from(["\n", "\r\n"])
)
def test_the_independent_count_agrees_whatever_stands_in_quotes(plain: Table, rows: list[list[str]], end: str) -> None:
    quoted = [",".join('"' + cell.replace('"', '""') + '"' for cell in cells) for cells in rows]
    text = (end.join([HEADER, *quoted]) + end).encode()
    assert settle_line_ends(text, b'"') == (text, ())
    assert count_records(text, b'"') == len(rows) + 1


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("\n\n", 0),
        ("a", 1),
        ("a\n", 1),
        ("a\nb", 2),
        ("a\r\n\r\nb\r\n", 2),
        ('"a\nb"\nc', 2),
        ('"a""\n"\n', 1),
    ],
)
def test_records_are_counted_without_parsing(text: str, count: int) -> None:
    assert count_records(text.encode(), b'"') == count


@pytest.mark.parametrize("before", [0, 5, delimited._CHUNK - 3, delimited._CHUNK + 7])
def test_a_long_line_is_found_wherever_it_lies(tmp_path: Path, plain: Table, before: int) -> None:
    lines = ("x" * 99 + "\n") * (before // 100) + "\n"
    path = tmp_path / "received"
    limit = delimited.LONGEST_LINE
    path.write_text(lines + "y" * limit + "\n" + "z\n")
    assert len(delimited._read_bytes(path)) == len(lines) + limit + 3
    path.write_text(lines + "y" * (limit + 1) + "\n" + "z\n")
    with pytest.raises(FileTooLarge):
        delimited._read_bytes(path)


def test_a_line_of_a_gigabyte_costs_neither_memory_nor_time(tmp_path: Path, plain: Table) -> None:
    path, folder, process = tmp_path / "received", tmp_path / "answer", psutil.Process()
    folder.mkdir()
    path.write_text(listing())
    read_in_sandbox(path, plain, folder)
    with path.open("r+b") as file:
        file.truncate(1 << 30)  # sparse: nobody has to write it
    before, started = process.memory_info().rss, time.monotonic()
    with pytest.raises(FileTooLarge):
        read_in_sandbox(path, plain, folder, Limits(memory=1 << 30))
    assert time.monotonic() - started < 10
    assert process.memory_info().rss - before < 16 << 20


def test_a_long_line_is_an_outcome_of_the_whole_pipeline(house: House) -> None:
    outcome = house.ingest("att_long.csv", HEADER + "\n" + "x" * (48 << 20))
    assert outcome["error"]["code"] == "SALA-F007"


@pytest.mark.parametrize("second", ["Event,Date,Name,ID,Province,Hours,Mark", "Event,Date,ID,Name,Province,Hours"])
def test_a_second_export_with_other_columns_below_the_first_holds_the_file(house: House, second: str) -> None:
    error = house.ingest("att_two.csv", listing(row(1), second, row(2)))["error"]
    assert error["code"] == "SALA-F009"
    assert house.ingest("att_same.csv", listing(row(1), HEADER, row(2)))["rows_accepted"] == 2


def test_a_row_above_the_header_is_not_taken_for_a_title(house: House) -> None:
    house.describe(lambda made: made["schema"][0]["customProperties"].append({"property": "headerWithin", "value": 5}))
    titles = ["Report,June 2024,,,,,", "by,Acme,data,,,,"]
    assert house.ingest("att_t.csv", "\n".join([*titles, listing(row(1))]))["rows_accepted"] == 1
    error = house.ingest("att_above.csv", "\n".join([*titles, row(2), listing(row(1))]))["error"]
    assert error["code"] == "SALA-F008"
    assert error["found"] == "row 3 stands above the header and is filled as a row of the table is"
