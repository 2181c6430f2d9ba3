"""The search finds a word in every form a program may have written it in, and takes no other word for it."""

from __future__ import annotations

import base64
import gzip
import io
import json
import unicodedata
import urllib.parse
import zipfile
from collections.abc import Callable
from pathlib import Path

import duckdb
import hypothesis.strategies as st
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given

from warehouse.store.database import DatabaseUnreadable
from warehouse.vault.traces import Search, contents

KHMER, LATIN = "សុខ ដារ៉ា", "Sók Dara"
WRITTEN: dict[str, Callable[[str], bytes]] = {
    "utf-8": lambda word: word.encode(),
    "utf-16 with its mark": lambda word: word.encode("utf-16"),
    "utf-16 big endian": lambda word: word.encode("utf-16-be"),
    "hexadecimal": lambda word: word.encode().hex().encode(),
    "capital hexadecimal of utf-16": lambda word: word.encode("utf-16-le").hex().upper().encode(),
    "base64": lambda word: base64.b64encode(word.encode()),
    "base64 one byte on": lambda word: base64.b64encode(b"x" + word.encode() + b"yz"),
    "base64 two bytes on": lambda word: base64.b64encode(b"xy" + word.encode() + b"y"),
    "base64 of an address": lambda word: base64.urlsafe_b64encode(word.encode("utf-16-le") + b"?"),
    "decomposed": lambda word: unicodedata.normalize("NFD", word).encode(),
    "JSON": lambda word: json.dumps([word]).encode(),
    "HTML": lambda word: word.encode("ascii", "xmlcharrefreplace"),
    "an address": lambda word: urllib.parse.quote_plus(word).encode(),
}


@pytest.mark.parametrize("form", WRITTEN)
@pytest.mark.parametrize("word", [KHMER, LATIN])
def test_every_form_is_found(word: str, form: str) -> None:
    data = b"before|" + WRITTEN[form](word) + b"|after"
    assert Search([word]).finds(data)
    assert not Search(["Another Name"]).finds(data)


@pytest.mark.parametrize("data", [b"", b"S", b"x012345678", b"0123456789", b"9012345678 ", b"012345 678"])
def test_a_part_of_another_word_is_not_the_word(data: bytes) -> None:
    assert not Search(["012345678"]).finds(data)
    assert Search(["012345678"]).finds(b"tel:012345678,")


def test_it_tells_which_of_the_words_stand_there() -> None:
    search = Search([KHMER, LATIN, "Another Name"])
    assert search.words_in(f"{LATIN} and {KHMER}ល".encode()) == {KHMER, LATIN}, "Khmer goes on without a space"
    assert search.words_in(f"{LATIN}k".encode()) == set()


def test_a_search_for_nothing_finds_nothing() -> None:
    assert not Search([]).finds(bytes(100))


@given(st.integers(0, 3000), st.integers(0, 10))
def test_a_word_is_found_wherever_it_stands(before: int, after: int) -> None:
    assert Search([LATIN]).finds(b" " * before + LATIN.encode() + b" " * after)


@pytest.mark.parametrize("place", range(-12, 3))
def test_a_word_over_the_edge_of_what_is_read_at_once_is_found(place: int) -> None:
    assert Search([LATIN]).finds(b"q" * ((1 << 20) + place - 1) + b" " + LATIN.encode())


def hidden(kind: str, folder: Path) -> Path:
    path = folder / f"file.{kind}"
    table = pa.table({"a": [LATIN] * 3, "b": [[KHMER], None, []], "n": [1, 2, 3]})
    if kind == "parquet":
        pq.write_table(table, path, compression="zstd")
    elif kind == "gz":
        path.write_bytes(gzip.compress(f"{LATIN} ".encode() * 50))
    elif kind in ("xlsx", "zip in zip"):
        inner = io.BytesIO()
        with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/sharedStrings.xml", f"<t>{LATIN}</t>" * 50)
        path.write_bytes(inner.getvalue())
        if kind == "zip in zip":
            with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr("one.zip", inner.getvalue())
    else:
        with duckdb.connect(str(path)) as connection:
            connection.execute("create table t as select unnest(range(5000)) as i, ? as word", [LATIN])
            connection.execute("create table nested as select [?] as words", [KHMER])
    return path


@pytest.mark.parametrize("kind", ["parquet", "gz", "xlsx", "zip in zip", "duckdb"])
def test_what_is_packed_is_opened(kind: str, tmp_path: Path) -> None:
    path = hidden(kind, tmp_path)
    assert any(map(Search([LATIN]).finds, contents(path, path.read_bytes())))
    if kind in ("parquet", "duckdb"):
        assert any(map(Search([KHMER]).finds, contents(path, path.read_bytes())))


def test_what_only_looks_packed_is_searched_as_it_is(tmp_path: Path) -> None:
    for start in (b"PAR1", b"PK\x03\x04", b"\x1f\x8b"):
        data = start + b" cut off " + LATIN.encode()
        assert list(contents(tmp_path / "x", data)) == [data]
        assert any(map(Search([LATIN]).finds, contents(tmp_path / "x", data)))


def test_a_view_of_files_elsewhere_does_not_stop_the_search_of_a_database(tmp_path: Path) -> None:
    """The workbench of a build holds views of bronze: a sealed connection may not follow them, nor need it."""
    path = tmp_path / "workbench.duckdb"
    pq.write_table(pa.table({"name": ["somebody else"]}), tmp_path / "rows.parquet")
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"create view rows as select * from '{tmp_path / 'rows.parquet'}'")
        connection.execute("create table officers as select unnest(range(3000))::varchar || 'Sok Dara' as name")
    found = [Search(["1234Sok Dara"]).finds(data) for data in contents(path, path.read_bytes())]
    assert any(found)


def test_a_database_whose_pages_were_changed_is_told_as_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table officers as select md5(unnest(range(90000))::varchar) as name")
    data = bytearray(path.read_bytes())
    for place in range(3 * 4096 + 300_000, len(data), 200_000):
        data[place] ^= 0xFF
    path.write_bytes(data)
    with pytest.raises(DatabaseUnreadable):
        list(contents(path, bytes(data)))
