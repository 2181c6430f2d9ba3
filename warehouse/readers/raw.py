"""What a reader returns: text as the partner wrote it, with the place of every row and nothing interpreted."""

from __future__ import annotations

from dataclasses import dataclass, field

import pyarrow as pa

# A cell that the workbook itself stores as a date is handed on as this mark and the ISO date, so that it is
# never mistaken for a text that looks like one. Partners' own control characters are removed by `tidy`.
REAL_DATE = "\x1f"
# Most columns hold few texts: each travels once, and is converted and judged once.
# The rules by which rows are refused before their cells are read; nothing else is taken from the reading process.
RULES_OF_ROWS = frozenset(
    {"superseded", "rejected_status", "values_differ", "key_conflict", "parent_missing", "code_unknown", "row_width"}
)
TEXT = pa.dictionary(pa.int32(), pa.string())


@dataclass(frozen=True)
class Session:
    """One session column of a wide sheet: its header, and the named groups of the contract's pattern."""

    header: str
    groups: dict[str, str]


@dataclass(frozen=True)
class CellFault:
    """A cell that holds no value: an error such as #N/A, or a formula without a stored result.

    `column` is a canonical name or the position of a session.
    """

    row_number: int
    column: str | int
    rule: str


@dataclass(frozen=True)
class RowRefusal:
    """A row that a rule of the contract about whole rows refuses; the texts complete the rule's sentence."""

    row_number: int
    rule: str
    subject: str
    expected: str


@dataclass(frozen=True)
class Footer:
    """A row that the contract sets aside by its `footer`, such as a subtotal.

    `cells` holds the texts that are not blank: by canonical column, `#0`, `#1` … for the sessions, or by their
    position (from 0) as `@3` where no column of the contract is.
    """

    row_number: int
    cells: dict[str, str]


@dataclass(frozen=True)
class RawSheet:
    """One sheet (a delimited file is one sheet without a name).

    Attributes:
        name: The sheet's name; empty for a delimited file.
        number: Its place in the file, from 1.
        rows: One column of `TEXT` per mapped canonical column, and `#0`, `#1` … for the sessions; nothing is null.
        row_numbers: int32, as a spreadsheet shows them.
        ragged: Row numbers of rows with more or fewer cells than the header.
        headers: Canonical column → header as found.
        titles: Named groups found above the header.
        set_aside: Non-blank rows that are no data: titles, header, subtotals, signatures.
        counted: Non-blank rows by the independent count.
        header_row: The number of the row in which the header stands.
        unknown: Headers of columns that the contract does not name.
        versions: Versions of the form by which a survey platform took the answers.
        footers: Rows set aside by the contract's `footer`, with their texts.
        positions: Where each column's cells stand in the file's own sheet, from 0: by canonical column, and `#0`,
            `#1` … for the sessions; empty where rows were given another shape on the way.
    """

    name: str
    number: int
    rows: pa.Table
    row_numbers: pa.Array
    headers: dict[str, str]
    titles: dict[str, str]
    sessions: tuple[Session, ...]
    set_aside: int
    counted: int
    ragged: frozenset[int] = frozenset()
    faults: tuple[CellFault, ...] = ()
    refused: tuple[RowRefusal, ...] = ()
    header_row: int = 1
    unknown: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    footers: tuple[Footer, ...] = ()
    positions: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class RawFile:
    """All sheets the contract reads, and what is worth telling about the layout."""

    sheets: tuple[RawSheet, ...]
    notes: tuple[str, ...] = field(default=())
