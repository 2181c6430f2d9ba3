"""Ways in which a workbook's archive, and the XML within it, are damaged.

`ARCHIVE` damages the container: what it says is the same as before or cannot be read. `EDITS` change one part and
pack it again with right sizes and checksums, so that nothing of the container tells.
"""

from __future__ import annotations

import io
import re
import struct
import warnings
import zipfile
from collections.abc import Callable
from random import Random

from tests.fuzz import text_damage
from tests.fuzz.text_damage import Damage

Parts = list[tuple[str, bytes]]
# No style of rows or cells, whose name only begins like theirs.
ROW = re.compile(rb"<((?:\w+:)?(?:row|table-row))(?=[\s/>])(?:[^>]*/>|.*?</\1>)", re.DOTALL)
CELL = re.compile(rb"<((?:\w+:)?(?:c|table-cell))(?=[\s/>])(?:[^>]*/>|.*?</\1>)", re.DOTALL)
SETTING = re.compile(rb'<\w[^<>]*="[^"<>]*?\d(?=[^<>]*>)', re.DOTALL)
_HOLDS_CELLS = re.compile(r"sheet\d*\.|sharedStrings|content\.xml")
SHEET = re.compile(rb"<((?:\w+:)?sheet)\b(?:[^>]*/>|.*?</\1>)", re.DOTALL)
STRING = re.compile(rb"<((?:\w+:)?si)\b(?:[^>]*/>|.*?</\1>)", re.DOTALL)


def unpacked(data: bytes) -> Parts:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [(name, archive.read(name)) for name in archive.namelist()]


def packed(parts: Parts, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive, warnings.catch_warnings(action="ignore"):
        for name, body in parts:
            archive.writestr(zipfile.ZipInfo(name), body, method)
    return buffer.getvalue()


def is_archive(data: bytes) -> bool:
    return data.startswith(b"PK") and zipfile.is_zipfile(io.BytesIO(data))


def _some(chance: Random, parts: Parts) -> int:
    """Return one part's place; those that hold cells are what matters most."""
    weights = [4 if _HOLDS_CELLS.search(name) else 1 for name, _ in parts]
    return chance.choices(range(len(parts)), weights)[0]


def drop_part(chance: Random, parts: Parts) -> Parts:
    place = _some(chance, parts)
    return parts[:place] + parts[place + 1 :]


def double_part(chance: Random, parts: Parts) -> Parts:
    place = _some(chance, parts)
    name, body = parts[place]
    return [*parts, (name, text_damage.flip(chance, body) if body else b"x")]


def rename_part(chance: Random, parts: Parts) -> Parts:
    place = _some(chance, parts)
    name, body = parts[place]
    other = chance.choice((name.upper(), name.replace("/", "\\"), name + "x", name.replace("1", "9"), "../" + name))
    return [*parts[:place], (other, body), *parts[place + 1 :]]


def cut_part(chance: Random, parts: Parts) -> Parts:
    place = _some(chance, parts)
    name, body = parts[place]
    return [*parts[:place], (name, text_damage.cut(chance, body) if body else b""), *parts[place + 1 :]]


def shuffle_parts(chance: Random, parts: Parts) -> Parts:
    return chance.sample(parts, len(parts))


def _repacked(change: Callable[[Random, Parts], Parts]) -> Damage:
    return lambda chance, data: packed(change(chance, unpacked(data)))


def another_packing(chance: Random, data: bytes) -> bytes:
    return packed(unpacked(data), chance.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2)))


def lie(chance: Random, data: bytes) -> bytes:
    """One number of the archive's directory is another."""
    entries = [match.start() for match in re.finditer(b"PK\x01\x02", data)]
    place, (offset, code) = (
        chance.choice(entries),
        chance.choice(((8, "<H"), (10, "<H"), (16, "<I"), (20, "<I"), (24, "<I"), (42, "<I"))),
    )
    made = bytearray(data)
    value = struct.unpack_from(code, data, place + offset)[0]
    other = chance.choice((0, 1, value + 1, value ^ 1, 2**16 - 1, value // 2)) % (2**16 if code == "<H" else 2**32)
    struct.pack_into(code, made, place + offset, other)
    return bytes(made)


def surround(chance: Random, data: bytes) -> bytes:
    """Other bytes before or behind the archive, or a second one."""
    return chance.choice(
        (b"PK\x03\x04" + data, data + bytes(30), data + data, data[: len(data) // 2] + data, data + b"\n")
    )


def edit_part(edit: Damage) -> Damage:
    """Return the damage of text done to one part."""

    def change(chance: Random, data: bytes) -> bytes:
        parts = unpacked(data)
        place = _some(chance, parts)
        name, body = parts[place]
        parts[place] = name, edit(chance, body) if body else b"x"
        return packed(parts)

    return change


def change_setting(chance: Random, data: bytes) -> bytes:
    """One digit of an attribute of a style, a relation or the workbook itself is another."""
    parts = unpacked(data)
    places = [i for i, (name, body) in enumerate(parts) if not _HOLDS_CELLS.search(name) and SETTING.search(body)]
    name, body = parts[place := chance.choice(places)]
    digit = chance.choice([match.end() - 1 for match in SETTING.finditer(body)])
    parts[place] = name, body[:digit] + str(chance.randrange(10)).encode() + body[digit + 1 :]
    return packed(parts)


def _element(pattern: re.Pattern[bytes], change: Callable[[Random, list[bytes]], None]) -> Damage:
    """Return the change of one part's elements of a kind, between which everything stays."""

    def changed(chance: Random, data: bytes) -> bytes:
        parts = unpacked(data)
        places = [i for i, (_, body) in enumerate(parts) if len(pattern.findall(body)) > 1]
        if not places:
            return data
        name, body = parts[place := chance.choice(places)]
        spans = [match.span() for match in pattern.finditer(body)]
        found = [body[start:end] for start, end in spans]
        change(chance, found)
        rest = [body[a:b] for (_, a), (b, _) in zip([(0, 0), *spans], [*spans, (len(body), 0)], strict=True)]
        parts[place] = name, b"".join(text for pair in zip(rest, [*found, b""], strict=True) for text in pair)
        return packed(parts)

    return changed


def _drop(chance: Random, found: list[bytes]) -> None:
    found[chance.randrange(len(found))] = b""


def _double(chance: Random, found: list[bytes]) -> None:
    place = chance.randrange(len(found))
    found[place] *= 2


def _swap(chance: Random, found: list[bytes]) -> None:
    one, other = chance.randrange(len(found)), chance.randrange(len(found))
    found[one], found[other] = found[other], found[one]


def _renumber(chance: Random, found: list[bytes]) -> None:
    """One digit of an element's attributes is another: its place, its style, the string it points to."""
    place = chance.randrange(len(found))
    head, mark, tail = found[place].partition(b">")
    digits = [i for i, byte in enumerate(head) if chr(byte).isdigit()]
    if digits:
        digit = chance.choice(digits)
        head = head[:digit] + str(chance.randrange(10)).encode() + head[digit + 1 :]
    found[place] = head + mark + tail


ARCHIVE: dict[str, Damage] = {
    **{f"{name} in the archive": text_damage.EDITS[name] for name in list(text_damage.EDITS)[:7]},
    "a number of its directory changed": lie,
    "other bytes around it": surround,
    "packed in another way": another_packing,
    "a part dropped": _repacked(drop_part),
    "a part twice": _repacked(double_part),
    "a part renamed": _repacked(rename_part),
    "a part cut off": _repacked(cut_part),
    "parts in another order": _repacked(shuffle_parts),
}
EDITS: dict[str, Damage] = {
    **{f"{name} in a part": edit_part(text_damage.EDITS[name]) for name in list(text_damage.EDITS)[:8]},
    "a setting changed": change_setting,
    "a row dropped": _element(ROW, _drop),
    "a row twice": _element(ROW, _double),
    "two rows swapped": _element(ROW, _swap),
    "a row's number changed": _element(ROW, _renumber),
    "a cell dropped": _element(CELL, _drop),
    "a cell twice": _element(CELL, _double),
    "two cells swapped": _element(CELL, _swap),
    "a cell's attribute changed": _element(CELL, _renumber),
    "a sheet dropped from the list": _element(SHEET, _drop),
    "a shared text dropped": _element(STRING, _drop),
    "a shared text twice": _element(STRING, _double),
    "two shared texts swapped": _element(STRING, _swap),
}
