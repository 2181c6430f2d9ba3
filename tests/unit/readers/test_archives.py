"""Archives whose directory lies, forged byte by byte: found while inflating, never after more than was promised."""

from __future__ import annotations

import io
import random
import struct
import tracemalloc
import warnings
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from tests.workbooks import archive, listed, person, workbook
from warehouse.readers.archives import _PIECE, check_archive
from warehouse.readers.faults import FileTooLarge, FormatWrong

SHEET = "xl/worksheets/sheet1.xml"
MANY = b"<row><c><v>0000000</v></c></row>" * (2 << 20)  # 64 MiB, which deflate to 64 KiB
GOOD = workbook({"List": listed(person(1), person(2))})


def forged(data: bytes, member: str, **entry: int) -> bytes:
    """Change fields of a member's directory entry: `size`, `packed`, `checksum`, `method`, `flags`, `offset`."""
    places = {
        "flags": (8, "<H"),
        "method": (10, "<H"),
        "checksum": (16, "<I"),
        "packed": (20, "<I"),
        "size": (24, "<I"),
    }
    places["offset"] = (42, "<I")
    made, place = bytearray(data), data.index(b"PK\x01\x02")
    while place >= 0:
        length = struct.unpack_from("<H", data, place + 28)[0]
        if data[place + 46 : place + 46 + length] == member.encode():
            for name, value in entry.items():
                struct.pack_into(places[name][1], made, place + places[name][0], value)
        place = data.find(b"PK\x01\x02", place + 4)
    assert made != data
    return bytes(made)


def bomb(member: str = SHEET) -> bytes:
    """A small archive of which one member inflates to 64 MiB, and whose directory and checksum say 100 bytes."""
    return forged(archive({member: MANY}), member, size=100, checksum=zlib.crc32(MANY[:100]))


def twice(name: str) -> bytes:
    buffer = io.BytesIO(GOOD)
    with zipfile.ZipFile(buffer, "a") as file, warnings.catch_warnings(action="ignore"):
        file.writestr(name, listed(person(3)))
    return buffer.getvalue()


def checked(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "received").write_bytes(data)
    check_archive(tmp_path / "received")


WRONG: list[tuple[str, Callable[[], bytes]]] = [
    ("less than there is", bomb),
    ("less than there is, in an ODS", lambda: bomb("content.xml")),
    ("less than there is, in an XLSB", lambda: bomb("xl/worksheets/sheet1.bin")),
    ("more than there is", lambda: forged(archive({SHEET: b"x" * 100}), SHEET, size=101)),
    ("another checksum", lambda: forged(GOOD, SHEET, checksum=1)),
    ("less packed than there is", lambda: forged(archive({SHEET: b"xyz" * 100}), SHEET, packed=5)),
    ("more packed than there is", lambda: forged(archive({SHEET: b"x" * 100}), SHEET, packed=2**30)),
    ("another compression", lambda: forged(GOOD, SHEET, method=12)),
    ("an encrypted part", lambda: forged(GOOD, SHEET, flags=1)),
    ("stored what is deflated", lambda: forged(GOOD, SHEET, method=0)),
    ("a part elsewhere", lambda: forged(GOOD, SHEET, offset=3)),
    ("a part twice", lambda: twice(SHEET)),
    ("a part twice but for case", lambda: twice(SHEET.upper())),
    ("a part twice but for slashes", lambda: twice(SHEET.replace("/", "\\"))),
    ("a part before the beginning", lambda: GOOD[100:]),
    ("half", lambda: GOOD[: len(GOOD) // 2]),
    ("nothing", lambda: b""),
]


@pytest.mark.parametrize("make", [pytest.param(m, id=n) for n, m in WRONG])
def test_an_archive_that_is_not_what_its_directory_says_is_no_workbook(
    tmp_path: Path, make: Callable[[], bytes]
) -> None:
    checked(tmp_path, GOOD)
    with pytest.raises(FormatWrong):
        checked(tmp_path, make())


def test_a_bomb_is_refused_by_its_directory_before_anything_is_inflated(tmp_path: Path) -> None:
    data = archive({SHEET: MANY})
    with pytest.raises(FileTooLarge, match="64 MiB when inflated"):
        checked(tmp_path, data)
    with pytest.raises(FileTooLarge, match="at most 768 MiB"):
        checked(tmp_path, forged(GOOD, SHEET, size=800 << 20))


def test_a_lying_bomb_is_stopped_at_what_it_declares(tmp_path: Path) -> None:
    data = bomb()
    assert len(data) < 1 << 18
    tracemalloc.start()
    with pytest.raises(FormatWrong, match="inflates to more than it says"):
        checked(tmp_path, data)
    assert tracemalloc.get_traced_memory()[1] < 8 * _PIECE
    tracemalloc.stop()


@settings(max_examples=30, deadline=None)
@given(
    parts=st.lists(
        st.tuples(st.sampled_from([0, 1, 65_535, _PIECE - 1, _PIECE, _PIECE + 1]), st.booleans(), st.booleans()),
        max_size=4,
    )
)
def test_every_whole_archive_passes(
    tmp_path_factory: pytest.TempPathFactory, parts: list[tuple[int, bool, bool]]
) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for number, (size, stored, dull) in enumerate(parts):
            body = bytes(size) if dull and size < 1 << 17 else random.Random(number).randbytes(size)
            file.writestr(str(number), body, zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED)
    checked(tmp_path_factory.mktemp("whole"), buffer.getvalue())
