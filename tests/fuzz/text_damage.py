"""Ways in which text, and bytes taken for text, are damaged. Each takes a source of chance and bytes.

`EDITS` change single places, as a faulty disk, a copied line or a person would: what stands there is another text then,
and only the lines they touch may be read otherwise. `RECODINGS` change how the whole is written and nothing it says.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable
from random import Random

Damage = Callable[[Random, bytes], bytes]
INSERTED = (
    *(b",", b";", b"\t", b'"', b"'", b"\n", b"\r\n", b"\r", b"\x00", b"\xff", b"\xa0", b"\xc2\xa0", b"\x1a", b"\x1f"),
    *(codecs.BOM_UTF8, codecs.BOM_UTF16_LE, b'""', b'",', b',"', b"=", b"\xe2\x80\xa8", b"\x0c", b"\xc2\x85", b"\\"),
)


def _span(chance: Random, data: bytes, longest: int = 400) -> tuple[int, int]:
    start = chance.randrange(len(data))
    return start, min(len(data), start + 1 + int(longest * chance.random() ** 3))


def flip(chance: Random, data: bytes) -> bytes:
    place = chance.randrange(len(data))
    return data[:place] + bytes([data[place] ^ 1 << chance.randrange(8)]) + data[place + 1 :]


def overwrite(chance: Random, data: bytes) -> bytes:
    start, end = _span(chance, data, 16)
    return data[:start] + chance.randbytes(end - start) + data[end:]


def blank(chance: Random, data: bytes) -> bytes:
    """A range of zeros, as a copy that broke off leaves it."""
    start, end = _span(chance, data)
    return data[:start] + bytes(end - start) + data[end:]


def cut(chance: Random, data: bytes) -> bytes:
    return data[: chance.randrange(len(data))]


def delete(chance: Random, data: bytes) -> bytes:
    start, end = _span(chance, data)
    return data[:start] + data[end:]


def repeat(chance: Random, data: bytes) -> bytes:
    start, end = _span(chance, data, 2000)
    return data[:end] + data[start:end] * chance.choice((1, 1, 2, 5)) + data[end:]


def swap(chance: Random, data: bytes) -> bytes:
    a, b, c, d = sorted(chance.randrange(len(data) + 1) for _ in range(4))
    return data[:a] + data[c:d] + data[b:c] + data[a:b] + data[d:]


def insert(chance: Random, data: bytes) -> bytes:
    place = chance.randrange(len(data) + 1)
    return data[:place] + chance.choice(INSERTED) + data[place:]


def _lines(data: bytes) -> list[bytes]:
    return data.splitlines(keepends=True)


def join_lines(chance: Random, data: bytes) -> bytes:
    lines = _lines(data)
    place = chance.randrange(len(lines))
    return b"".join([*lines[:place], lines[place].rstrip(b"\r\n"), *lines[place + 1 :]])


def drop_line(chance: Random, data: bytes) -> bytes:
    lines = _lines(data)
    del lines[chance.randrange(len(lines))]
    return b"".join(lines)


def swap_lines(chance: Random, data: bytes) -> bytes:
    lines = _lines(data)
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return b"".join(lines)


def drop_mark(chance: Random, data: bytes) -> bytes:
    """One delimiter or quote less."""
    places = [i for i, byte in enumerate(data) if byte in b',;\t"\n']
    place = chance.choice(places) if places else 0
    return data[:place] + data[place + 1 :]


def quote_cell(chance: Random, data: bytes) -> bytes:
    """A quote at the beginning of one cell and at the end of another, or of the same."""
    places = [i for i, byte in enumerate(data) if byte in b",\n"]
    if len(places) < 2:
        return data
    first = chance.randrange(len(places) - 1)
    start, end = places[first] + 1, places[min(len(places) - 1, first + chance.choice((1, 1, 2, 30)))]
    return data[:start] + b'"' + data[start:end] + b'"' + data[end:]


def move_cell(chance: Random, data: bytes) -> bytes:
    """One delimiter moved to another place of its line: as many cells as before, other borders."""
    lines = _lines(data)
    place = chance.randrange(len(lines))
    marks = [i for i, byte in enumerate(lines[place]) if byte in b",;\t"]
    if marks:
        mark = chance.choice(marks)
        rest = lines[place][:mark] + lines[place][mark + 1 :]
        to = chance.randrange(len(rest))
        lines[place] = rest[:to] + lines[place][mark : mark + 1] + rest[to:]
    return b"".join(lines)


def bom(chance: Random, data: bytes) -> bytes:
    return codecs.BOM_UTF8 + data


def _recoded(encoding: str) -> Damage:
    def recode(chance: Random, data: bytes) -> bytes:
        return data.decode("utf-8", "replace").encode(encoding, "replace")

    return recode


def windows_ends(chance: Random, data: bytes) -> bytes:
    return b"\r\n".join(data.replace(b"\r\n", b"\n").split(b"\n"))


def old_ends(chance: Random, data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\r").replace(b"\n", b"\r")


def mixed_ends(chance: Random, data: bytes) -> bytes:
    return b"".join(line + chance.choice((b"\n", b"\r\n")) for line in data.replace(b"\r\n", b"\n").split(b"\n"))


def trailing_marks(chance: Random, data: bytes) -> bytes:
    """Empty cells at the end of every line, as spreadsheets leave them."""
    return data.replace(b"\r\n", b"\n").replace(b"\n", b"," * chance.choice((1, 3)) + b"\n")


def blank_lines(chance: Random, data: bytes) -> bytes:
    return b"".join(line + (b"\n" if chance.random() < 0.2 else b"") for line in _lines(data))


def header_again(chance: Random, data: bytes) -> bytes:
    lines = _lines(data)
    place = chance.randrange(len(lines))
    return b"".join([*lines[:place], lines[0], *lines[place:]])


def lines_again(chance: Random, data: bytes) -> bytes:
    lines = _lines(data)
    start = chance.randrange(len(lines))
    end = start + chance.choice((1, 5, len(lines)))
    return b"".join(lines[:end] + lines[start:])


EDITS: dict[str, Damage] = {
    "bits flipped": flip,
    "bytes overwritten": overwrite,
    "a range of zeros": blank,
    "cut off": cut,
    "a range deleted": delete,
    "a range repeated": repeat,
    "two ranges swapped": swap,
    "a mark inserted": insert,
    "a mark dropped": drop_mark,
    "two lines joined": join_lines,
    "a line dropped": drop_line,
    "two lines swapped": swap_lines,
    "cells put in quotes": quote_cell,
    "a delimiter moved": move_cell,
}
RECODINGS: dict[str, Damage] = {
    "a byte order mark before it": bom,
    "written in UTF-16": _recoded("utf-16"),
    "written in UTF-16 without a mark": _recoded("utf-16-le"),
    "written in cp1252": _recoded("cp1252"),
    "read as cp1252, written in UTF-8": lambda _, data: data.decode("cp1252", "replace").encode(),
    "line ends of Windows": windows_ends,
    "line ends of old Macs": old_ends,
    "mixed line ends": mixed_ends,
    "delimiters at the end of each line": trailing_marks,
    "blank lines between": blank_lines,
    "the header again": header_again,
    "lines repeated": lines_again,
}
