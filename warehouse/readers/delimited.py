"""Reads delimited text: strictly, in one certain dialect and encoding, everything as text.

Two ways give the same rows. Files whose every line is a record, which are most of the volume, go through Arrow's
parser; anything less plain goes through Python's `csv` in strict mode. Whatever leaves two readings is held.
"""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from warehouse.contract.model import Table
from warehouse.contract.properties import Dialect, TableProperties
from warehouse.contract.spelling import tidy
from warehouse.readers.dialects import settle_dialect
from warehouse.readers.faults import FileEmpty, FileTooLarge, FormatWrong, QuotingBroken
from warehouse.readers.grid import Grid, Opened, Row, first_filled
from warehouse.readers.header import SEARCHED_BELOW, Header, find_header, wanted_headers
from warehouse.readers.layout import lay_out
from warehouse.readers.lines import count_records
from warehouse.readers.quoting import are_plain_quotes, check_certain, check_swallowed
from warehouse.readers.raw import TEXT, RawFile, RawSheet
from warehouse.readers.versions import told_of, version_position, versions_of

LONGEST_LINE = 1 << 20  # bytes; a longer line is no record of a person
_CHUNK = 1 << 25  # bytes read at once; joining chunks would take a second copy of the file
_BLOCK = 1 << 21  # bytes parsed at once: small enough to stay in the processor's cache
_VERSION = "#version"  # no canonical column is called so
_OTHER_FORMATS = {
    b"PK\x03\x04": "a workbook or another zip archive",
    b"\xd0\xcf\x11\xe0": "an old or a protected workbook",
    b"%PDF": "a PDF",
    b"\x1f\x8b": "a gzip archive",
}


def read_delimited(path: Path, table: Table) -> RawFile:
    """Return the rows of a delimited file.

    Raises:
        FileHeld: One of `warehouse.readers.faults`, when the file is not what the contract promises.
    """
    reading = settle_dialect(_read_bytes(path), table.options.dialect, table)
    text, dialect = reading.text, reading.dialect
    check_certain(text, dialect)
    counted = count_records(text, dialect.quote.encode())
    raw = _plain(text, dialect, table, counted) or _strict(text, dialect, table, counted)
    return replace(raw, notes=(*reading.notes, *raw.notes))


def open_delimited(path: Path, options: TableProperties) -> Opened:
    """Return all rows, wherever the table begins.

    Raises:
        FileHeld: It is no text in the dialect, or text with two readings.
    """
    reading = settle_dialect(_read_bytes(path), options.dialect, None)
    check_certain(reading.text, reading.dialect)
    counted = count_records(reading.text, reading.dialect.quote.encode())
    return replace(_opened(_records(reading.text, reading.dialect), counted), notes=reading.notes)


def _read_bytes(path: Path) -> bytes:
    """Return the file's bytes once no line can be longer than the limit."""
    parts, run = [], 0
    with path.open("rb", buffering=0) as file:
        while chunk := file.read(_CHUNK):
            run = _last_line(chunk, run)
            parts.append(chunk)
    data = b"".join(parts)
    if not data or data.isspace():
        raise FileEmpty("the file", f"{len(data)} bytes, none of them text", "a header and rows", "send the file again")
    for magic, name in _OTHER_FORMATS.items():
        if data.startswith(magic):
            raise FormatWrong(
                "the file", name, "delimited text", "export it as CSV, or send it under its own extension"
            )
    return data


def _last_line(chunk: bytes, run: int) -> int:
    """Return the length of the chunk's unfinished last line; `run` bytes of its first line came before."""
    place = -run - 1  # where the line end before the chunk's first line lies, counted from the chunk
    while len(chunk) - place - 1 > LONGEST_LINE:
        window = max(0, place + 1), max(0, place + LONGEST_LINE + 2)
        found = max(chunk.rfind(b"\n", *window), chunk.rfind(b"\r", *window))
        if found < 0:
            longest = f"a line longer than {LONGEST_LINE} bytes"
            raise FileTooLarge("the file", longest, "lines of a table", "send the table as rows, one line each")
        place = found
    last = max(chunk.rfind(b"\n"), chunk.rfind(b"\r"))
    return len(chunk) - last - 1 if last >= 0 else run + len(chunk)


def _plain(text: bytes, dialect: Dialect, table: Table, counted: int) -> RawFile | None:
    """Read a file without line ends in cells, blank lines, footers or ragged rows; None when it is not that plain."""
    options = table.options
    first_line = text[: text.find(b"\n") + 1] or text
    plain = not (options.footer or options.endsAt or options.titles or options.sessions or table.is_shaped)
    plain = plain and (b"\r" not in text or text.count(b"\r") == text.count(b"\n"))
    plain = plain and table.header_within == options.headerLines == 1 and bool(first_line.strip())
    if not plain or not are_plain_quotes(text, dialect):
        return None
    head = io.StringIO(text[: len(first_line) + (1 << 16)].decode(errors="ignore"), newline="")
    rows = islice(csv.reader(head, delimiter=dialect.delimiter, quotechar=dialect.quote), 1 + SEARCHED_BELOW)
    cells, *below = rows
    header = find_header([cells, *below], table, "the file")
    if len(cells) != header.width:
        return None
    if len(cells) == 1 and _has_blank_line(text):  # with more columns Arrow takes it for a ragged row
        return None
    body = pa.py_buffer(text).slice(len(first_line))  # no copy: making one costs as much as parsing
    if not body.size:
        raise _no_rows()
    try:
        quote = dialect.quote if dialect.quote.encode() in text else False  # without any, Arrow is faster
        parsed, versions = _parsed(body, dialect.delimiter, quote, cells, header)
    except pa.ArrowInvalid:
        return None  # ragged rows: the strict reader names each of them
    if _any_set_aside(parsed, body, dialect, cells, table):
        return None
    numbers = pa.array(np.arange(2, len(parsed) + 2, dtype=np.int32))
    sheet = RawSheet(
        *("", 1, parsed, numbers, header.texts, {}, (), 1, counted), unknown=header.unknown, versions=versions
    )
    return RawFile((sheet,), (*header.notes, *told_of(versions)))


def _parsed(
    body: pa.Buffer, delimiter: str, quote: str | bool, cells: list[str], header: Header
) -> tuple[pa.Table, tuple[str, ...]]:
    """Return the columns of the contract, and the versions of the form."""
    names = [f"#{i}" for i in range(len(cells))]
    wanted = {name: f"#{position}" for name, position in header.positions.items()}
    version = version_position(cells)
    if version is not None:
        wanted[_VERSION] = f"#{version}"
    rows = pa_csv.read_csv(
        pa.BufferReader(body),
        # Files are read side by side: threads within one would only take more processor time and memory.
        read_options=pa_csv.ReadOptions(column_names=names, block_size=_BLOCK, use_threads=False),
        parse_options=pa_csv.ParseOptions(delimiter=delimiter, quote_char=quote, ignore_empty_lines=False),
        convert_options=pa_csv.ConvertOptions(
            column_types=dict.fromkeys(names, TEXT),
            include_columns=list(wanted.values()),
            null_values=[],
            check_utf8=False,  # the whole text was checked when it was decoded
        ),
    )
    rows = rows.rename_columns(list(wanted)).unify_dictionaries().combine_chunks()
    if version is None:
        return rows, ()
    versions = versions_of(map(tidy, rows.column(_VERSION).chunk(0).dictionary.to_pylist()))
    return rows.drop_columns([_VERSION]), versions


def _has_blank_line(text: bytes) -> bool:
    """True when some line is empty; searched with a regular expression it takes half of all reading."""
    return text.startswith((b"\n", b"\r\n")) or b"\n\n" in text or b"\n\r\n" in text


def _any_set_aside(rows: pa.Table, body: pa.Buffer, dialect: Dialect, header: list[str], table: Table) -> bool:
    """True when some row may be blank or a header again: the strict reader sets such rows aside."""
    known = _compared(pa.array([*wanted_headers(table), *filter(tidy, header)]))
    for values in (column.chunk(0).dictionary for column in rows.columns):
        if pc.any(pc.is_in(_compared(values), known)).as_py():
            return True
    column = rows.column(0).chunk(0)
    first = pc.utf8_trim_whitespace(column.dictionary)
    # Zero-width characters are no white space to Arrow, but a cell of nothing else is blank.
    blank = pc.match_substring_regex(first, r"^[\s\x{200b}-\x{200d}\x{2060}\x{feff}\x{1c}-\x{1f}]*$")
    places = np.flatnonzero(blank.to_numpy(zero_copy_only=False)[column.indices.to_numpy()])
    lines = body.to_pybytes().split(b"\n") if len(places) else []
    marks = str.maketrans({dialect.delimiter: " ", dialect.quote: " "})
    return any(not tidy(lines[place].decode().translate(marks)) for place in places)


def _compared(texts: pa.Array) -> pa.Array:
    """Return texts as they are compared with headers, at the least."""
    return pc.utf8_lower(pc.utf8_trim_whitespace(texts))


def _strict(text: bytes, dialect: Dialect, table: Table, counted: int) -> RawFile:
    rows = _records(text, dialect)
    if not table.is_shaped:  # else the header is found when the steps have been taken
        find_header(rows, table, "the file")  # a file of another layout is told so, not that its quotes are broken
    return lay_out(_opened(rows, counted), table)


def _records(text: bytes, dialect: Dialect) -> list[Row]:
    csv.field_size_limit(LONGEST_LINE)
    try:
        reader = csv.reader(
            io.StringIO(text.decode(), newline=""), delimiter=dialect.delimiter, quotechar=dialect.quote, strict=True
        )
        rows: list[Row] = list(reader)
    except csv.Error as error:
        action = "export it again; quotes inside a quoted cell are doubled, lines end in one way"
        raise QuotingBroken("the file", str(error), "one certain reading", action) from None
    if reader.line_num > len(rows):  # some cell holds a line end
        check_swallowed(rows, dialect.delimiter)
    return rows


def _opened(rows: list[Row], counted: int) -> Opened:
    """Return the rows as a grid, once both ways of counting agree."""
    records = sum(1 for row in rows if row)
    if records != counted:
        found = f"quotes that leave two readings: {records} rows or {counted}"
        action = "export it again; a cell that holds a quote stands in quotes and its quotes are doubled"
        raise QuotingBroken("the file", found, "one certain reading", action)
    # Lines of nothing but delimiters and blanks are records to the independent count.
    blank = sum(1 for row in rows if row and not first_filled(row))
    return Opened((Grid("", 1, rows, counted, blank, has_widths=True),))


def _no_rows() -> FileEmpty:
    return FileEmpty("the file", "a header and no row", "at least one row", "send the file again, with its rows")
