"""Looks for words in every byte of a home, in every form a program may have written them in.

Written apart from the search of `sala vault erase`, of which it is a second opinion.
"""

from __future__ import annotations

import base64
import gzip
import io
import json
import sqlite3
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path
from urllib.parse import quote

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow.parquet as pq


def forms(word: str) -> Iterator[bytes]:
    """UTF-8, UTF-16, hexadecimal, base64 in its three alignments, escaped; composed and decomposed."""
    for text in {word, unicodedata.normalize("NFC", word), unicodedata.normalize("NFD", word)}:
        yield from (json.dumps(text)[1:-1].encode(), escape(text).encode(), quote(text).encode())
        yield text.encode("ascii", "xmlcharrefreplace")
        for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
            data = text.encode(encoding)
            yield data
            yield data.hex().encode()
            yield data.hex().upper().encode()
            for lead in range(3):
                # The digits at either end hold bits of what stands beside the word.
                digits = base64.b64encode(b"\0" * lead + data + b"\0" * 3)
                first, last = (0, 2, 3)[lead], (lead + len(data)) * 4 // 3
                yield digits[first:last]
                yield digits[first:last].replace(b"+", b"-").replace(b"/", b"_")


def contents(path: Path) -> Iterator[bytes]:
    """The bytes of a file, and the texts that a format compresses or splits."""
    data = path.read_bytes()
    yield data
    if path.suffix == ".parquet":
        rows = pq.ParquetFile(path).read().to_pylist()
        yield "\n".join({str(value) for row in rows for value in row.values()}).encode()
    elif path.suffix == ".duckdb":
        with duckdb.connect(str(path), read_only=True) as connection:
            # Views hold no text; those of an extract read a version that is not attached here.
            columns = "select schema_name, table_name, column_name from duckdb_columns() join duckdb_tables()"
            columns += " using (database_oid, schema_oid, table_oid, schema_name, table_name)"
            for schema, table, column in connection.execute(columns).fetchall():
                query = f'select distinct "{column}"::varchar from "{schema}"."{table}"'
                yield "\n".join(str(value) for (value,) in connection.execute(query).fetchall()).encode()
    elif path.suffix == ".db":
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
            for (table,) in database.execute("select name from sqlite_master where type = 'table'").fetchall():
                yield repr(database.execute(f'select * from "{table}"').fetchall()).encode()
    yield from packed(data)


def packed(data: bytes) -> Iterator[bytes]:
    """What is inside a zip, gzip or zlib file."""
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                yield archive.read(name)
                yield from packed(archive.read(name))
    for unpack in (gzip.decompress, zlib.decompress):
        try:
            yield unpack(data)
        except (OSError, EOFError, zlib.error):
            continue


def triples(data: bytes) -> npt.NDArray[np.int32]:
    """Every three bytes in a row, as a number."""
    found = np.frombuffer(data, np.uint8).astype(np.int32)
    return (found[:-2] << 16) | (found[1:-1] << 8) | found[2:]


def holds(data: bytes, wanted: Iterable[tuple[bytes, npt.NDArray[np.int32]]]) -> bool:
    """True when one of the forms stands in the data; one whose bytes never follow each other is not looked for."""
    there = np.zeros(1 << 24, bool)
    there[triples(data)] = True
    return any(there[marks].all() and form in data for form, marks in wanted)


def leaks(files: Iterable[Path], said: Iterable[str], words: Iterable[str]) -> list[str]:
    """Return the files, or `output`, that hold one of the words."""
    wanted = [(form, triples(form)) for word in words for form in set(forms(word))]
    assert wanted
    found = [str(path) for path in files if any(holds(part, wanted) for part in contents(path))]
    return found + (["output"] if holds("\n".join(said).encode(), wanted) else [])
