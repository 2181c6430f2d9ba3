"""Reads delimited text: strictly, in the declared dialect and encoding, everything as text.

Two ways give the same rows. Files without quotes, which are most of the volume, go through Arrow's parser;
anything less plain goes through Python's `csv` in strict mode. Whatever leaves two readings is held.
"""

from __future__ import annotations

import codecs
import csv
import io
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from warehouse.contract.model import Table
from warehouse.contract.spelling import tidy
from warehouse.readers.faults import EncodingWrong, FileEmpty, FileTooLarge, FormatWrong, QuotingBroken
from warehouse.readers.grid import SEARCHED_BELOW, Header, Row, data_rows, find_header, find_titles
from warehouse.readers.raw import REAL_DATE, RawFile, RawSheet

LONGEST_LINE = 1 << 20  # bytes; a longer line is no record of a person
_CHUNK = 1 << 24
_BOM = codecs.BOM_UTF8
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
    data = _read_bytes(path)
    text = _decoded(data, table.options.dialect.encoding)
    check_line_ends(text, table.options.dialect.quote.encode())
    counted = count_records(text, table.options.dialect.quote.encode())
    sheet, notes = _plain(text, table, counted) or _strict(text, table, counted)
    return RawFile((sheet,), notes)


def _read_bytes(path: Path) -> bytes:
    """Return the file's bytes once no line can be longer than the limit."""
    parts, run = [], 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            run = _last_line(chunk, run)
            parts.append(chunk)
    data = b"".join(parts)
    if not data.strip():
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
        found = chunk.rfind(b"\n", max(0, place + 1), max(0, place + LONGEST_LINE + 2))
        if found < 0:
            longest = f"a line longer than {LONGEST_LINE} bytes"
            raise FileTooLarge("the file", longest, "lines of a table", "send the table as rows, one line each")
        place = found
    return len(chunk) - chunk.rfind(b"\n") - 1 if b"\n" in chunk else run + len(chunk)


def _decoded(data: bytes, encoding: str) -> bytes:
    """Return the text as UTF-8 bytes without a byte order mark."""
    name = codecs.lookup(encoding).name
    if name in ("utf-8", "utf-8-sig", "ascii"):
        text = data.removeprefix(_BOM)
        if text.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            found, action = "text in UTF-16", "save it as 'CSV UTF-8' and send it again"
            raise EncodingWrong("the file", found, f"text in {encoding}", action)
    else:
        try:
            text = data.decode(name).encode()
        except UnicodeDecodeError as error:
            raise _encoding_wrong(error, encoding) from None
    if b"\x00" in text:
        raise FormatWrong("the file", "NUL bytes", f"text in {encoding}", "save it as CSV in UTF-8 and send it again")
    try:
        text.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _encoding_wrong(error, encoding) from None
    return text.replace(REAL_DATE.encode(), b" ")  # the readers' own mark: a partner's text must not carry it


def _encoding_wrong(error: UnicodeDecodeError, encoding: str) -> EncodingWrong:
    found = f"bytes that are not {encoding}, first at byte {error.start}"
    return EncodingWrong("the file", found, f"text in {encoding}", "save it as 'CSV UTF-8' and send it again")


def count_records(text: bytes, quote: bytes) -> int:
    """Count the non-blank records without parsing: line ends outside quotes that end something.

    It shares no code with the readers, which makes it the independent count of law 1.
    """
    array = np.frombuffer(text, dtype=np.uint8)
    ends = np.flatnonzero(array == 10)
    if quote in text:
        quotes = np.flatnonzero(array == quote[0])
        ends = ends[np.searchsorted(quotes, ends) % 2 == 0]
    ends = np.append(ends, len(array))
    starts = np.append(0, ends[:-1] + 1)
    lengths = ends - starts
    candidates = lengths == 1
    if candidates.any():  # a lone carriage return before the line end is a blank line too
        lengths[candidates & (array[np.minimum(starts, len(array) - 1)] == 13)] = 0
    return int(np.count_nonzero(lengths))


def check_line_ends(text: bytes, quote: bytes) -> None:
    """Refuse a carriage return that stands alone outside quotes: some programs end a line there, others do not.

    Raises:
        QuotingBroken: There is one.
    """
    returns = text.count(b"\r")
    if returns == text.count(b"\r\n"):
        return
    array = np.frombuffer(text + b"\n", dtype=np.uint8)
    alone = np.flatnonzero((array[:-1] == 13) & (array[1:] != 10))
    alone = alone[np.searchsorted(np.flatnonzero(array == quote[0]), alone) % 2 == 0]
    if len(alone):
        found = f"{len(alone)} carriage returns that stand alone, the first at byte {alone[0]}"
        raise QuotingBroken("the file", found, "lines that end in one way", "save it as 'CSV UTF-8' and send it again")


def _plain(text: bytes, table: Table, counted: int) -> tuple[RawSheet, tuple[str, ...]] | None:
    """Read a file without quotes, blank lines, footers or ragged rows; None when it is not that plain."""
    dialect, options = table.options.dialect, table.options
    first_line = text[: text.find(b"\n") + 1] or text
    plain = not (options.footer or options.endsAt or options.titles or options.sessions)
    plain = plain and dialect.quote.encode() not in text and text.count(b"\r") in (0, text.count(b"\n"))
    if not plain or table.header_within != 1 or not first_line.strip():
        return None
    cells = first_line.decode().rstrip("\r\n").split(dialect.delimiter)
    below = text[: 1 << 16].decode(errors="replace").split("\n")[1 : 1 + SEARCHED_BELOW]
    header = find_header([cells, *(line.split(dialect.delimiter) for line in below)], table, "the file")
    if text.count(first_line.rstrip(b"\r\n")) > 1 or _has_blank_line(text) or len(cells) != header.width:
        return None
    body = pa.py_buffer(text).slice(len(first_line))  # no copy: making one costs as much as parsing
    if not body.size:
        raise _no_rows()
    names = [f"#{i}" for i in range(len(cells))]
    wanted = {name: f"#{position}" for name, position in header.positions.items()}
    try:
        rows = pa_csv.read_csv(
            pa.BufferReader(body),
            read_options=pa_csv.ReadOptions(column_names=names, block_size=_CHUNK),
            parse_options=pa_csv.ParseOptions(delimiter=dialect.delimiter, quote_char=False, ignore_empty_lines=False),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), include_columns=list(wanted.values()), null_values=[]
            ),
        )
    except pa.ArrowInvalid:
        return None  # ragged rows: the strict reader names each of them
    rows = rows.rename_columns(list(wanted))
    if _any_set_aside(rows, body, dialect.delimiter, header):
        return None
    numbers = pa.array(np.arange(2, len(rows) + 2, dtype=np.int32))
    return RawSheet("", 1, rows, numbers, header.texts, {}, (), 1, counted), header.notes


def _has_blank_line(text: bytes) -> bool:
    """True when some line is empty; searched with a regular expression it takes half of all reading."""
    return text.startswith((b"\n", b"\r\n")) or b"\n\n" in text or b"\n\r\n" in text


def _any_set_aside(rows: pa.Table, body: pa.Buffer, delimiter: str, header: Header) -> bool:
    """True when some row may be blank or the header again: the strict reader sets such rows aside."""
    name = rows.column_names[0]
    first = pc.utf8_trim_whitespace(rows.column(0))
    again = pc.equal(first, header.texts[name])
    # Zero-width characters are no white space to Arrow, but a cell of nothing else is blank.
    blank = pc.match_substring_regex(first, r"^[\s\x{200b}-\x{200d}\x{2060}\x{feff}\x{1c}-\x{1f}]*$")
    if pc.any(again).as_py():
        return True
    places = np.flatnonzero(blank.to_numpy())
    lines = body.to_pybytes().split(b"\n") if len(places) else []
    return any(not tidy(lines[place].decode().replace(delimiter, " ")) for place in places)


def _strict(text: bytes, table: Table, counted: int) -> tuple[RawSheet, tuple[str, ...]]:
    dialect = table.options.dialect
    csv.field_size_limit(LONGEST_LINE)
    try:
        reader = csv.reader(
            io.StringIO(text.decode(), newline=""), delimiter=dialect.delimiter, quotechar=dialect.quote, strict=True
        )
        rows: list[Row] = list(reader)
    except csv.Error as error:
        action = "export it again; quotes inside a quoted cell are doubled, lines end in one way"
        raise QuotingBroken("the file", str(error), "one certain reading", action) from None
    header = find_header(rows, table, "the file")
    records = sum(1 for row in rows if row)
    if records != counted:
        found = f"quotes that leave two readings: {records} rows or {counted}"
        action = "export it again; a cell that holds a quote stands in quotes and its quotes are doubled"
        raise QuotingBroken("the file", found, "one certain reading", action)
    data, set_aside = data_rows(rows, header, table)
    if not data:
        raise _no_rows()
    # Lines of nothing but delimiters and blanks are records to the independent count.
    set_aside += sum(1 for row in rows if row and not any(tidy(cell) for cell in row))
    width = header.width
    ragged = frozenset(i + 1 for i in data if len(rows[i]) < width or any(c.strip() for c in rows[i][width:]))
    sheet = sheet_of_grid("", 1, rows, header, data, table, set_aside, counted, ragged)
    return sheet, header.notes


def _no_rows() -> FileEmpty:
    return FileEmpty("the file", "a header and no row", "at least one row", "send the file again, with its rows")


def sheet_of_grid(
    name: str,
    number: int,
    rows: list[Row],
    header: Header,
    data: list[int],
    table: Table,
    set_aside: int,
    counted: int,
    ragged: frozenset[int] = frozenset(),
) -> RawSheet:
    """Return the data rows of a grid as text columns, with titles and sessions."""

    def column(position: int) -> pa.Array:
        return pa.array([rows[i][position] if position < len(rows[i]) else "" for i in data], pa.string())

    columns = {name: column(position) for name, position in header.positions.items()}
    columns |= {f"#{n}": column(position) for n, (position, _) in enumerate(header.sessions)}
    sessions = tuple(session for _, session in header.sessions)
    titles = find_titles(rows[: header.row], table)
    numbers = pa.array([i + 1 for i in data], pa.int32())
    return RawSheet(
        name, number, pa.table(columns), numbers, header.texts, titles, sessions, set_aside, counted, ragged
    )
