"""Measures an archive (XLSX, XLSB, ODS) before and while it is inflated, ahead of any reader of its format.

Readers trust the archive's directory, each in its own way: one inflates as much as the directory says, another as
much as there is. So every member is inflated here first, a piece at a time, and must be exactly what the directory
says of it: then all of them read the same bytes, and a damaged one is noticed whether or not a reader looks at it.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from warehouse.readers.faults import FileTooLarge, FormatWrong

LARGEST_INFLATED = 768 << 20  # bytes, all members together
LARGEST_RATIO = 250  # a sheet of equal rows reaches about 100
_PIECE = 1 << 20  # bytes inflated at once
_LOCAL_HEADER = struct.Struct("<4s22x2H")  # signature, lengths of the name and of the extra field
_ENCRYPTED = 1


def check_archive(path: Path) -> None:
    """Refuse an archive that inflates beyond the limits, or to something else than its directory says.

    Raises:
        FileTooLarge: The directory promises too much; nothing was inflated.
        FormatWrong: It is not a whole zip archive, or one that two programs could read differently.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise _wrong("not a whole workbook: cut off, or another format") from None
    _check_directory(members, path.stat().st_size)
    with path.open("rb") as file:
        for member in members:
            _check_member(file, member)


def _check_directory(members: list[zipfile.ZipInfo], size: int) -> None:
    inflated = sum(m.file_size for m in members)
    packed = max(1, sum(m.compress_size for m in members))
    if inflated > LARGEST_INFLATED or (inflated > 10 << 20 and inflated / packed > LARGEST_RATIO):
        found = f"{inflated >> 20} MiB when inflated, {inflated // packed} times its size"
        raise FileTooLarge(
            "the file", found, f"at most {LARGEST_INFLATED >> 20} MiB", "send the sheets as separate files"
        )
    if packed > max(1, size):
        raise _wrong("a damaged workbook (parts of the archive overlap)")
    # Which of two is read differs by program; names differ neither by case nor by the kind of slash.
    names = Counter(m.filename.replace("\\", "/").casefold() for m in members)
    if max(names.values(), default=1) > 1:
        raise _wrong("a damaged workbook (two parts of one name)")


def _check_member(file: IO[bytes], member: zipfile.ZipInfo) -> None:
    """Inflate one member, never more of it than its directory entry says."""
    if member.flag_bits & _ENCRYPTED or member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise _wrong("a workbook packed in an unusual way (encrypted or of another compression)")
    file.seek(max(0, member.header_offset))  # a directory that does not fit its archive leads before the beginning
    header = file.read(_LOCAL_HEADER.size)
    if member.header_offset < 0 or len(header) < _LOCAL_HEADER.size or header[:4] != b"PK\x03\x04":
        raise _wrong("a damaged workbook (a part is not where it should be)")
    _, name, extra = _LOCAL_HEADER.unpack(header)
    file.seek(name + extra, 1)
    size = checksum = 0
    try:
        for piece in _pieces(file, member):
            size, checksum = size + len(piece), zlib.crc32(piece, checksum)
            if size > member.file_size:
                raise _wrong("a damaged workbook (a part inflates to more than it says)")
    except zlib.error:
        raise _wrong("a damaged workbook (a part does not inflate)") from None
    if (size, checksum) != (member.file_size, member.CRC):
        raise _wrong("a damaged workbook (a part is not what its checksum says)")


def _pieces(file: IO[bytes], member: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield what a member inflates to, at most `_PIECE` bytes at once.

    Raises:
        zlib.error: It is no whole deflated stream.
    """
    left, inflater = member.compress_size, zlib.decompressobj(-zlib.MAX_WBITS)
    while left and (packed := file.read(min(left, _PIECE))):
        left -= len(packed)
        if member.compress_type == zipfile.ZIP_STORED:
            yield packed
            continue
        full = True
        while packed or full:  # a full piece may have more behind it, though no input is left
            piece = inflater.decompress(packed, _PIECE)
            packed, full = inflater.unconsumed_tail, len(piece) == _PIECE
            yield piece
    if member.compress_type == zipfile.ZIP_DEFLATED and (not inflater.eof or inflater.unused_data or left):
        raise zlib.error


def _wrong(found: str) -> FormatWrong:
    action = "open it in the spreadsheet program, save it again and send that"
    return FormatWrong("the file", found, "a whole workbook", action)
