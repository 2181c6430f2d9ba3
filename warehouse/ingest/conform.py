"""Conform: the partner's text becomes canonical, typed columns; what cannot becomes a refusal.

Columns come dictionary-encoded, so that each distinct text is converted once however often it stands in the
file. A wide sheet is unfolded to one row per person and session on the way. How a column of dates is written is
decided over all sheets before any of it is converted.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from warehouse.contract.columns import PLACEHOLDER
from warehouse.contract.entities import Kind
from warehouse.contract.model import ColumnContract, Contract, Table
from warehouse.errors import FileHeld
from warehouse.ingest import legacy
from warehouse.ingest.columns import Codes, Column
from warehouse.ingest.date_evidence import Evidence
from warehouse.ingest.dates import decide
from warehouse.ingest.parts import MISSING, parts_of, refusing_missing
from warehouse.ingest.values import OWN_VALUES, Converter, converter
from warehouse.readers.faults import TitleMissing
from warehouse.readers.raw import TEXT, RawFile, RawSheet


class Cells(NamedTuple):
    """A column of a sheet: its distinct texts, which of them each row holds, and how many rows one cell stands for."""

    distinct: list[str]
    codes: Codes
    rows: int


class RowsRefused(NamedTuple):
    """Rows refused as a whole before their cells were read, with what completes the rule's sentence."""

    rule: str
    subject: str
    expected: str
    rows: npt.NDArray[np.int64]


@dataclass
class Conformed:
    """All rows of a file, typed.

    `faults` maps a rule to (row places, column) of whole cells or rows, `dates` says how each date column was read, and
    `doubts` is what holds the file.
    """

    columns: dict[str, Column]
    sheet_names: list[str]
    sheet_codes: Codes
    sheet_numbers: npt.NDArray[np.int32]
    row_numbers: npt.NDArray[np.int32]
    sessions: Column
    headers: dict[str, str]
    faults: list[tuple[str, npt.NDArray[np.int64], str | None]] = field(default_factory=list)
    dates: list[Evidence] = field(default_factory=list)
    doubts: list[FileHeld] = field(default_factory=list)
    refused: list[RowsRefused] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.row_numbers)


def conform(raw: RawFile, table: Table, contract: Contract, groups: dict[str, str]) -> Conformed:
    """Return the canonical rows of a file.

    Args:
        raw: What the reader found.
        table: The contract's table.
        contract: The contract, for its programmes.
        groups: Named groups of the file's name.

    Raises:
        TitleMissing: A template needs a title that is not above the table.
    """
    cells = [_cells(sheet, table, groups) for sheet in raw.sheets]
    dated = {
        column.name: decide(column, raw.sheets[0].headers.get(column.name), _counted(column.name, cells), table)
        for column in table.columns
        if column.column.kind is Kind.DATE
    }
    programmes = frozenset(p.id for p in contract.programmes)
    converters: dict[str, Converter] = {
        column.name: dated[column.name].converted.__getitem__
        if column.name in dated
        else converter(column, table, programmes)
        for column in table.columns
    }
    parts = [_sheet(sheet, table, of, converters) for sheet, of in zip(raw.sheets, cells, strict=True)]
    whole = parts[0] if len(parts) == 1 else _joined(parts)
    whole.dates = [evidence for column in dated.values() for evidence in column.evidence]
    typed = legacy.without_harmless(whole.faults, whole.columns, table)
    whole.faults, whole.doubts = legacy.judge(typed, whole.columns, whole.headers)
    whole.doubts += [doubt for column in dated.values() for doubt in column.doubts]
    for column in whole.columns:
        fault_rules = {rule for rule in whole.columns[column].rules if rule}
        for rule in sorted(fault_rules):
            broken = np.array([r == rule for r in whole.columns[column].rules])
            whole.faults.append((rule, np.flatnonzero(broken[whole.columns[column].codes]), column))
    return whole


def _cells(sheet: RawSheet, table: Table, groups: dict[str, str]) -> dict[str, Cells]:
    """Return each column of a sheet, unfolded to one row per person and session."""
    persons, width = len(sheet.row_numbers), max(1, len(sheet.sessions))
    row_of = np.repeat(np.arange(persons), width)
    columns: dict[str, Cells] = {}
    for contract in table.columns:
        if contract.headers:
            distinct, codes = _encoded(sheet.rows.column(contract.name))
            columns[contract.name] = Cells(distinct, codes[row_of] if width > 1 else codes, width)
        elif contract.options.template is not None:
            columns[contract.name] = Cells(*_templated(contract, sheet, groups, persons), persons)
        else:
            columns[contract.name] = Cells(*_session_cells(sheet, persons, width), 1)
        cells = columns[contract.name]
        columns[contract.name] = cells._replace(distinct=parts_of(contract, cells.distinct))
    return columns


def _counted(column: str, sheets: list[dict[str, Cells]]) -> Counter[str]:
    """Return the texts of a column in all sheets, and how many of the partner's cells hold each."""
    counted: Counter[str] = Counter()
    for distinct, codes, rows in (sheet[column] for sheet in sheets):
        numbers = np.bincount(codes, minlength=len(distinct)) // max(1, rows)
        for text, number in zip(distinct, numbers.tolist(), strict=True):
            counted[text] += number
    del counted[MISSING]
    return counted


def _sheet(sheet: RawSheet, table: Table, cells: dict[str, Cells], converters: dict[str, Converter]) -> Conformed:
    persons, width = len(sheet.row_numbers), max(1, len(sheet.sessions))
    row_of = np.repeat(np.arange(persons), width)
    columns: dict[str, Column] = {}
    for name, (distinct, codes, _) in cells.items():
        columns[name] = Column.of(codes, *_converted(distinct, converters[name]))
    headers: list[object | None] = [s.header for s in sheet.sessions] or [None]
    sessions = Column(np.tile(np.arange(width, dtype=np.int32), persons), headers, [None] * width)
    numbers = sheet.row_numbers.to_numpy().astype(np.int32)[row_of]
    count = len(numbers)
    conformed = Conformed(
        columns,
        [sheet.name],
        np.zeros(count, np.int32),
        np.full(count, sheet.number, np.int32),
        numbers,
        sessions,
        dict(sheet.headers),
    )
    conformed.faults += _layout_faults(sheet, table, numbers, width)
    conformed.refused += _refused(sheet, width)
    return conformed


def _converted(texts: list[str], convert: Converter) -> tuple[list[object | None], list[str | None]]:
    """Return the value of each text, and the rule it breaks."""
    values: list[object | None] = [*texts]
    rules: list[str | None] = [None] * len(texts)
    array, own = pa.array(texts, pa.string()), np.full(len(texts), convert in OWN_VALUES)
    for pattern in OWN_VALUES.get(convert, ()):
        own &= pc.match_substring_regex(array, pattern).to_numpy(zero_copy_only=False)
    convert_one = refusing_missing(convert)
    for place in np.flatnonzero(~own).tolist():
        values[place], rules[place] = convert_one(texts[place])
    return values, rules


def _encoded(column: pa.ChunkedArray) -> tuple[list[str], Codes]:
    encoded = column.unify_dictionaries().combine_chunks()
    return encoded.dictionary.to_pylist(), encoded.indices.to_numpy().astype(np.int32)


def _session_cells(sheet: RawSheet, persons: int, width: int) -> tuple[list[str], Codes]:
    cells = pa.chunked_array([c for i in range(width) for c in sheet.rows.column(f"#{i}").chunks], TEXT)
    distinct, codes = _encoded(cells)
    return distinct, codes.reshape(width, persons).T.reshape(-1)


def _templated(
    contract: ColumnContract, sheet: RawSheet, groups: dict[str, str], persons: int
) -> tuple[list[str], Codes]:
    template = contract.options.template or ""
    known = {"sheet": sheet.name} | {f"file.{k}": v for k, v in groups.items()}
    known |= {f"title.{k}": v for k, v in sheet.titles.items()}
    texts = []
    for session in sheet.sessions or (None,):
        values = known | ({f"session.{k}": v for k, v in session.groups.items()} if session else {})
        for name in PLACEHOLDER.findall(template):
            if name not in values:
                where = f"sheet {sheet.number}, above the header"
                expected = f"a line that gives {name}"
                raise TitleMissing(where, "no such line", expected, "write the title lines as the contract says")
        texts.append(PLACEHOLDER.sub(lambda match, v=values: v[match[1]], template))  # type: ignore[misc]
    distinct = list(dict.fromkeys(texts))
    places = np.array([distinct.index(text) for text in texts], np.int32)
    return distinct, np.tile(places, persons)


def _layout_faults(
    sheet: RawSheet, table: Table, numbers: npt.NDArray[np.int32], width: int
) -> list[tuple[str, npt.NDArray[np.int64], str | None]]:
    faults: list[tuple[str, npt.NDArray[np.int64], str | None]] = []
    if sheet.ragged:
        faults.append(("row_width", np.flatnonzero(np.isin(numbers, list(sheet.ragged))), None))
    cells: dict[tuple[str, str | int], list[int]] = {}
    for fault in sheet.faults:
        cells.setdefault((fault.rule, fault.column), []).append(fault.row_number)
    for (rule, column), row_numbers in cells.items():
        rows = np.flatnonzero(np.isin(numbers, row_numbers))
        if isinstance(column, int):
            session_cells = table.options.sessions.column if table.options.sessions else None
            faults.append((rule, rows[rows % width == column], session_cells))
        else:
            faults.append((rule, rows, column))
    return faults


def _refused(sheet: RawSheet, width: int) -> list[RowsRefused]:
    groups: dict[tuple[str, str, str], list[int]] = {}
    for one in sheet.refused:
        groups.setdefault((one.rule, one.subject, one.expected), []).append(one.row_number)
    numbers, sessions = sheet.row_numbers.to_numpy(), np.arange(width)
    persons = {said: np.searchsorted(numbers, found)[:, None] for said, found in groups.items()}  # numbers ascend
    return [RowsRefused(*said, (places * width + sessions).reshape(-1)) for said, places in persons.items()]


def _joined(parts: list[Conformed]) -> Conformed:
    """Put the sheets of a workbook under each other."""
    columns = {}
    for name in parts[0].columns:
        joined = _joined_column([part.columns[name] for part in parts])
        columns[name] = Column.of(joined.codes, joined.values, joined.rules)
    starts = np.cumsum([0, *(len(part) for part in parts)])
    faults = [
        (rule, rows + start, column)
        for part, start in zip(parts, starts, strict=False)
        for rule, rows, column in part.faults
    ]
    return Conformed(
        columns,
        [name for part in parts for name in part.sheet_names],
        np.concatenate([np.full(len(part), i, np.int32) for i, part in enumerate(parts)]),
        np.concatenate([part.sheet_numbers for part in parts]),
        np.concatenate([part.row_numbers for part in parts]),
        _joined_column([part.sessions for part in parts]),
        parts[0].headers,
        faults,
        refused=[
            refused._replace(rows=refused.rows + start)
            for part, start in zip(parts, starts, strict=False)
            for refused in part.refused
        ],
    )


def _joined_column(columns: list[Column]) -> Column:
    starts = np.cumsum([0, *(len(c.values) for c in columns)])
    codes = np.concatenate([c.codes + np.int32(s) for c, s in zip(columns, starts, strict=False)])
    return Column(codes.astype(np.int32), [v for c in columns for v in c.values], [r for c in columns for r in c.rules])
