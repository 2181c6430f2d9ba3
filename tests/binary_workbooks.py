"""Writes binary workbooks (XLS, XLSB) record by record: no kept library writes them.

A cell is a text, a number, `Styled`, `Formula` or `ERROR`; None is no cell. Styles: 1 shows six digits, 2 is a date.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.workbooks import OFFICE, PACKAGE, archive

FORMATS = ("General", "000000", "dd/mm/yyyy")
MICROSOFT = "application/vnd.ms-excel"


@dataclass(frozen=True)
class Styled:
    """A number that is shown as a style says."""

    number: float
    style: int


@dataclass(frozen=True)
class Formula:
    """A formula and its stored number; None where it was never computed, or gave an empty text."""

    result: float | None


ERROR = object()
Cell = object


@dataclass(frozen=True)
class Sheet:
    """A sheet with its hidden rows and columns and its merged cells (top, left, bottom, right), all from 0."""

    rows: Sequence[Sequence[Cell]]
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: tuple[int, ...] = ()
    merged: tuple[tuple[int, int, int, int], ...] = ()
    since_1904: bool = field(default=False, kw_only=True)


# ---- XLS: records of [MS-XLS] in the smallest compound file of [MS-CFB] ----


def xls(sheet: Sheet, name: str = "List", protected: bool = False) -> bytes:
    """A workbook of one sheet; a protected one only says that it is."""
    globals_ = [_biff(0x2F, b"\0" * 6)] if protected else []
    globals_ += [_biff(0x42, struct.pack("<H", 1200)), _biff(0x22, struct.pack("<H", sheet.since_1904))]
    globals_ += [_biff(0x31, struct.pack("<5H4BBB", 200, 0, 0x7FFF, 400, 0, 0, 0, 0, 0, 5, 0) + b"Arial")]
    globals_ += [_biff(0x41E, struct.pack("<H", 164 + i) + _xls_text(text)) for i, text in enumerate(FORMATS)]
    globals_ += [_biff(0xE0, struct.pack("<3H14x", 0, 0 if i == 0 else 164 + i, 1)) for i in range(len(FORMATS))]
    begin = _biff(0x809, struct.pack("<4H2I", 0x600, 5, 0xDBB, 0x7CC, 0, 6))
    named = struct.pack("<2B", len(name), 0) + name.encode("latin-1")
    length = len(begin) + sum(map(len, globals_)) + 4 + 6 + len(named) + 4
    bound = _biff(0x85, struct.pack("<I2B", length, 0, 0) + named)
    stream = begin + b"".join(globals_) + bound + _biff(0x0A) + _xls_sheet(sheet)
    return _compound(stream)


def _xls_sheet(sheet: Sheet) -> bytes:
    width = max(map(len, sheet.rows))
    parts = [_biff(0x809, struct.pack("<4H2I", 0x600, 0x10, 0xDBB, 0x7CC, 0, 6))]
    parts += [_biff(0x7D, struct.pack("<6H", c, c, 2000, 0, 1, 0)) for c in sheet.hidden_columns]
    parts += [_biff(0x200, struct.pack("<2I3H", 0, len(sheet.rows), 0, width, 0))]
    for y, row in enumerate(sheet.rows):
        options = 0x100 | (0x20 if y in sheet.hidden_rows else 0)
        parts += [_biff(0x208, struct.pack("<6HI", y, 0, width, 255, 0, 0, options))]
        parts += [_xls_cell(y, x, cell) for x, cell in enumerate(row) if cell is not None]
    if sheet.merged:
        regions = b"".join(struct.pack("<4H", t, b, le, r) for t, le, b, r in sheet.merged)
        parts += [_biff(0xE5, struct.pack("<H", len(sheet.merged)) + regions)]
    return b"".join([*parts, _biff(0x0A)])


def _xls_cell(y: int, x: int, cell: Cell) -> bytes:
    if cell is ERROR:
        return _biff(0x205, struct.pack("<3H2B", y, x, 0, 0x2A, 1))
    if isinstance(cell, str):
        return _biff(0x204, struct.pack("<3H", y, x, 0) + _xls_text(cell))
    if isinstance(cell, Formula):
        result = b"\x03\0\0\0\0\0\xff\xff" if cell.result is None else struct.pack("<d", cell.result)
        return _biff(0x06, struct.pack("<3H", y, x, 0) + result + struct.pack("<HIH", 0, 0, 3) + b"\x1e\x01\0")
    number, style = (cell.number, cell.style) if isinstance(cell, Styled) else (cell, 0)
    return _biff(0x203, struct.pack("<3Hd", y, x, style, number))


def _biff(kind: int, body: bytes = b"") -> bytes:
    return struct.pack("<2H", kind, len(body)) + body


def _xls_text(text: str) -> bytes:
    return struct.pack("<HB", len(text), 1) + text.encode("utf-16-le")


def _compound(stream: bytes) -> bytes:
    stream += b"\0" * (max(4096, len(stream)) - len(stream))
    stream += b"\0" * (-len(stream) % 512)
    sectors = len(stream) // 512
    assert sectors < 126, "one sector of the allocation table is enough"
    chain = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, sectors + 2), 0xFFFFFFFE]
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<5H6x6I2I", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE)
    header += struct.pack("<I", 0) + struct.pack("<I", 0) + b"\xff" * 432
    table = struct.pack("<128I", *chain, *[0xFFFFFFFF] * (128 - len(chain)))
    entries = [("Root Entry", 5, 1, 0xFFFFFFFE, 0), ("Workbook", 2, 0xFFFFFFFF, 2, len(stream))]
    folder = b"".join(
        (n + "\0").encode("utf-16-le").ljust(64, b"\0")
        + struct.pack("<H2B3I36xIQ", 2 * len(n) + 2, kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child, start, size)
        for n, kind, child, start, size in entries
    )
    return header + table + folder.ljust(512, b"\0") + stream


# ---- XLSB: records of [MS-XLSB] in a zip archive ----


def xlsb(sheet: Sheet, name: str = "List") -> bytes:
    """A workbook of one sheet."""
    book = _bin(131) + _bin(153, struct.pack("<2I", sheet.since_1904, 0) + _wide("")) + _bin(143)
    book += _bin(156, struct.pack("<2I", 0, 1) + _wide("rId1") + _wide(name)) + _bin(144) + _bin(132)
    styles = _bin(278) + _bin(615, struct.pack("<I", len(FORMATS)))
    styles += b"".join(_bin(44, struct.pack("<H", 164 + i) + _wide(f)) for i, f in enumerate(FORMATS)) + _bin(616)
    styles += _bin(617, struct.pack("<I", len(FORMATS)))
    styles += b"".join(_bin(47, struct.pack("<2H12x", 0, 0 if i == 0 else 164 + i)) for i in range(len(FORMATS)))
    styles += _bin(618) + _bin(279)
    relations = f'<Relationships xmlns="{PACKAGE}/relationships">'
    targets = (("worksheet", "worksheets/sheet1.bin"), ("styles", "styles.bin"))
    parts = [
        f'<Relationship Id="rId{i}" Type="{OFFICE}/{k}" Target="{target}"/>' for i, (k, target) in enumerate(targets, 1)
    ]
    root = f'<Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="xl/workbook.bin"/>'
    types = f'<Override PartName="/xl/workbook.bin" ContentType="{MICROSOFT}.sheet.binary.macroEnabled.main"/>'
    return archive(
        {
            "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">{types}</Types>'.encode(),
            "_rels/.rels": f"{relations}{root}</Relationships>".encode(),
            "xl/workbook.bin": book,
            "xl/_rels/workbook.bin.rels": f"{relations}{''.join(parts)}</Relationships>".encode(),
            "xl/styles.bin": styles,
            "xl/worksheets/sheet1.bin": _xlsb_sheet(sheet),
        }
    )


def _xlsb_sheet(sheet: Sheet) -> bytes:
    made = _bin(129) + _bin(148, struct.pack("<4I", 0, len(sheet.rows) - 1, 0, max(map(len, sheet.rows)) - 1))
    made += _bin(390) + b"".join(_bin(60, struct.pack("<4IH", c, c, 2000, 0, 1)) for c in sheet.hidden_columns)
    made += _bin(391) + _bin(145)
    for y, row in enumerate(sheet.rows):
        made += _bin(0, struct.pack("<2IH3B", y, 0, 255, 0, 0x10 if y in sheet.hidden_rows else 0, 0) + bytes(4))
        made += b"".join(_xlsb_cell(x, cell) for x, cell in enumerate(row) if cell is not None)
    made += _bin(146) + _bin(177, struct.pack("<I", len(sheet.merged)))
    made += b"".join(_bin(176, struct.pack("<4I", t, b, le, r)) for t, le, b, r in sheet.merged)
    return made + _bin(178) + _bin(130)


def _xlsb_cell(x: int, cell: Cell) -> bytes:
    if cell is ERROR:
        return _bin(3, struct.pack("<2IB", x, 0, 0x2A))
    if isinstance(cell, str):
        return _bin(6, struct.pack("<2I", x, 0) + _wide(cell))
    if isinstance(cell, Formula):
        formula = struct.pack("<HI", 0, 3) + b"\x1e\x01\0" + struct.pack("<I", 0)
        if cell.result is None:
            return _bin(8, struct.pack("<2I", x, 0) + _wide("") + formula)
        return _bin(9, struct.pack("<2Id", x, 0, cell.result) + formula)
    number, style = (cell.number, cell.style) if isinstance(cell, Styled) else (cell, 0)
    return _bin(5, struct.pack("<2Id", x, style, number))


def _bin(kind: int, body: bytes = b"") -> bytes:
    code = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    length, size = len(body), bytearray()
    while length > 127:
        size.append(length & 0x7F | 0x80)
        length >>= 7
    return code + bytes([*size, length]) + body


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")
