"""Search files for words in every form in which a program may have written them, also inside what is compressed.

A name may stand in a file as UTF-8 or UTF-16, composed or decomposed, escaped for JSON, HTML or an address, as
hexadecimal digits or base64, inside a Parquet column, a database, a workbook or a sealed file. What is encrypted by
others, compressed in another way, or drawn as a picture is not seen.
"""

from __future__ import annotations

import base64
import gzip
import html
import io
import json
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from warehouse.store.database import texts_of
from warehouse.store.sealed import table_in

_WIDTH = 6  # bytes of a form by which places worth a look are found
_CHUNK = 1 << 20
_MIXER = np.uint64(0x9E3779B97F4A7C15)  # 2^64 / golden ratio: Fibonacci hashing (Knuth, vol. 3, 6.4)
_DEPTH = 3  # an archive in a workbook in an archive; deeper is a bomb
_INFLATED = 1 << 28  # bytes of one packed file that are looked at; readers refuse what inflates beyond


def forms(word: str) -> set[bytes]:
    """Return the byte strings that would betray a word, in lower-case hexadecimal and every base64 alignment."""
    found: set[bytes] = set()
    for text in {word, unicodedata.normalize("NFC", word), unicodedata.normalize("NFD", word)}:
        escaped = {json.dumps(text)[1:-1], html.escape(text), quote(text), quote(text, safe="").replace("%20", "+")}
        escaped.add("".join(c if c.isascii() else f"&#{ord(c)};" for c in text))
        found |= {form.encode() for form in escaped}
        for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
            data = text.encode(encoding)
            found |= {data, data.hex().encode(), data.hex().upper().encode(), *_base64(data)}
    return {form for form in found if len(form) >= _WIDTH}


def _base64(data: bytes) -> Iterator[bytes]:
    """Yield what stays the same of the base64 of a text that holds the data, for each of the three alignments."""
    for lead in range(3):
        encoded = base64.b64encode(bytes(lead) + data).rstrip(b"=")
        whole = (lead + len(data)) * 8 // 6  # digits that no following byte changes
        fixed = encoded[-(-lead * 8 // 6) : whole]
        yield fixed
        yield fixed.translate(bytes.maketrans(b"+/", b"-_"))


class Search:
    """Finds any of some words in bytes; thousands of forms cost what one costs."""

    def __init__(self, words: Iterable[str]) -> None:
        """Prepare the search.

        Args:
            words: What to look for; each at least six bytes long in UTF-8, else it is not found.
        """
        self.by_start: dict[bytes, list[tuple[bytes, bool, str]]] = {}
        for word in words:
            composed, apart = unicodedata.normalize("NFC", word), unicodedata.normalize("NFD", word)
            plain = {text.encode() for text in (word, composed, apart)}
            for form in forms(word):
                is_plain = form in plain
                self.by_start.setdefault(form[:_WIDTH], []).append((form, is_plain, word))
        starts = np.frombuffer(b"".join(self.by_start) or bytes(_WIDTH), np.uint8).reshape(-1, _WIDTH)
        self.bits = min(max(20, len(starts).bit_length() + 6), 26)  # of the table, so that few places are looked at
        self.table = np.zeros(1 << self.bits, bool)
        self.table[_hashes(starts.T, self.bits)] = True

    def finds(self, data: bytes) -> bool:
        """Return whether one of the words stands in the data; a plain one as a word of its own."""
        return any(True for _ in self._hits(data))

    def words_in(self, data: bytes) -> set[str]:
        """Return which of the words stand in the data."""
        return set(self._hits(data))

    def _hits(self, data: bytes) -> Iterator[str]:
        overlap = _WIDTH - 1
        for start in range(0, max(len(data) - overlap, 0), _CHUNK):
            chunk = np.frombuffer(data, np.uint8, count=min(_CHUNK + overlap, len(data) - start), offset=start)
            columns = np.stack([chunk[i : len(chunk) - overlap + i] for i in range(_WIDTH)])
            for place in np.flatnonzero(self.table[_hashes(columns, self.bits)]):
                yield from self._standing_at(data, start + int(place))

    def _standing_at(self, data: bytes, place: int) -> Iterator[str]:
        for form, is_plain, word in self.by_start.get(data[place : place + _WIDTH], ()):
            end = place + len(form)
            if data[place:end] == form and not (is_plain and _continues(data, place, end)):
                yield word


def _continues(data: bytes, start: int, end: int) -> bool:
    """Return whether a word that begins or ends in a letter or digit goes on: 012345678 in 90123456789 is another."""
    before = start > 0 and data[start : start + 1].isalnum() and data[start - 1 : start].isalnum()
    return before or (data[end - 1 : end].isalnum() and data[end : end + 1].isalnum())


def _hashes(columns: npt.NDArray[np.uint8], bits: int) -> npt.NDArray[np.uint64]:
    """Return a hash of so many bits for each column of bytes."""
    packed = np.zeros(columns.shape[1], np.uint64)
    for row in columns:
        packed = (packed << np.uint64(8)) | row
    hashed: npt.NDArray[np.uint64] = (packed * _MIXER) >> np.uint64(64 - bits)
    return hashed


def contents(path: Path, data: bytes, depth: int = 0) -> Iterator[bytes]:
    """Yield the bytes of a file, and those inside it that compression hides.

    Args:
        path: Its place; a database is opened there, everything else is told by its bytes.
        data: Its bytes, opened when it was sealed.
        depth: How many files lie around this one.
    """
    yield data
    if depth > _DEPTH:
        return
    if data.startswith(b"PAR1"):
        yield from _parquet_texts(data)
    elif data[8:12] == b"DUCK" and depth == 0:
        yield from (text.encode() for text in texts_of(path))
    elif data.startswith(b"PK\x03\x04"):
        for name, inner in _members(data):
            yield name.encode("utf-8", "surrogateescape")
            yield from contents(path, inner, depth + 1)
    elif data.startswith(b"\x1f\x8b"):
        for inner in _inflated(data):
            yield from contents(path, inner, depth + 1)


def _parquet_texts(data: bytes) -> Iterator[bytes]:
    try:
        table = table_in(data)
    except pa.ArrowInvalid:  # not one after all: its bytes were searched
        return
    for column in table.columns:
        if pa.types.is_list(column.type):
            column = pa.chunked_array([chunk.flatten() for chunk in column.chunks], column.type.value_type)
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            yield "\n".join(value for value in column.unique().to_pylist() if value).encode()
        elif pa.types.is_nested(column.type):
            yield json.dumps(column.to_pylist(), default=str, ensure_ascii=False).encode()


def _members(data: bytes) -> Iterator[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.infolist():
                if not member.flag_bits & 1:  # encrypted: nobody reads it here
                    with archive.open(member) as packed:
                        yield member.filename, packed.read(_INFLATED)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError):
        return  # cut or odd: its bytes were searched


def _inflated(data: bytes) -> Iterator[bytes]:
    try:
        with gzip.open(io.BytesIO(data)) as packed:
            yield packed.read(_INFLATED)
    except (OSError, EOFError, zlib.error):
        return
