"""Reads a decided delivery once more, for what its records do not keep: who its rows are about, what its footers say.

Nothing of it is decided anew: which rows are refused, and why, is what quarantine says.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow.parquet as pq

from warehouse.contract.entities import has_people
from warehouse.contract.model import Contract, Table
from warehouse.ingest.columns import Column, Rows
from warehouse.ingest.conform import Conformed, conform
from warehouse.ingest.persons import pseudonymise
from warehouse.ingest.validate import nobody_rows
from warehouse.readers.raw import RawFile
from warehouse.readers.sandbox import read_in_sandbox
from warehouse.store.home import Home
from warehouse.store.keys import Keys
from warehouse.store.ledger import Record
from warehouse.store.sealed import unseal


@dataclass(frozen=True)
class Refused:
    """One refusal, as quarantine keeps it.

    Attributes:
        row_id: Names the row, and in a wide sheet the session.
        sheet: Place of its sheet in the file, from 1.
        row: As a spreadsheet shows it.
    """

    row_id: str
    sheet: int
    row: int
    session: str | None
    column: str | None
    header: str | None
    rule: str
    code: str
    message: str


@dataclass(frozen=True)
class Examined:
    """A delivery's rows, and who they are about.

    Attributes:
        people: For each row the place of its person among `references.values`, -1 for nobody; None without people.
    """

    table: Table
    raw: RawFile
    conformed: Conformed
    references: Column | None
    people: npt.NDArray[np.int32] | None

    def rows_of(self, refusals: list[Refused]) -> Rows:
        """Return the place of each refusal's row among the conformed rows, -1 where it is not there."""
        conformed = self.conformed
        own = _numbers(conformed.sheet_numbers, conformed.row_numbers, conformed.sessions.codes)
        order = np.argsort(own, kind="stable")
        named = [[int(part) for part in refused.row_id.split(":")[1:]] for refused in refusals]
        wanted = np.array([_number(*numbers) for numbers in named], np.int64)
        nearest = np.minimum(np.searchsorted(own, wanted, sorter=order), len(order) - 1)
        found: Rows = order[nearest].astype(np.int64)
        found[own[found] != wanted] = -1
        return found


def _number(sheet: int, row: int, session: int = 0) -> int:
    return (sheet << 48) + (session << 32) + row


def _numbers(sheets: npt.NDArray[np.int32], rows: npt.NDArray[np.int32], sessions: npt.NDArray[np.int32]) -> Rows:
    """Return `_number` of every row."""
    return (sheets.astype(np.int64) << 48) + (sessions.astype(np.int64) << 32) + rows.astype(np.int64)


def refusals_of(home: Home, record: Record) -> list[Refused]:
    """Return a delivery's refusals, in the order of the file."""
    path = home.quarantine(record.entity or "", record.partner, record.delivery_id)
    if not record.entity or not path.exists():
        return []
    rows = pq.ParquetFile(path).read().to_pylist()
    return [
        Refused(
            row_id=row["row_id"],
            sheet=int(row["row_id"].split(":")[1]),
            row=row["row_number"],
            session=row["source_column"],
            column=row["column_name"],
            header=row["header"],
            rule=row["rule"],
            code=row["code"],
            message=row["message"],
        )
        for row in rows
    ]


@contextmanager
def original(home: Home, keys: Keys, record: Record, work: Path) -> Iterator[Path]:
    """Yield the delivered bytes as a file in the folder `work`, removed after the block.

    Raises:
        SealBroken: They cannot be opened.
    """
    path = work / f"received-{record.delivery_id[:16]}"
    path.write_bytes(unseal(keys, home.archive(record.partner, record.delivery_id)))
    try:
        yield path
    finally:
        path.unlink()


def examine(contract: Contract, table: Table, record: Record, received: Path, keys: Keys) -> Examined:
    """Read the delivered bytes again and find out who the rows are about.

    Args:
        contract: The partner's.
        table: By which the delivery was decided.
        record: Of the delivery.
        received: Its bytes; what is read of them lies beside it.
        keys: Make the pseudonyms.

    Raises:
        FileHeld: They cannot be read any more.
    """
    folder = received.with_name(f"{received.name}.read")
    folder.mkdir()
    raw = read_in_sandbox(received, table, folder)
    match = table.match(record.delivery.file)
    groups = {name: value or "" for name, value in match.groupdict().items()} if match else {}
    conformed = conform(raw, table, contract, groups)
    if not has_people(table.entity):
        return Examined(table, raw, conformed, None, None)
    references, _ = pseudonymise(conformed, contract.id, keys)
    people = np.where(nobody_rows(conformed, table), -1, references.codes).astype(np.int32)
    return Examined(table, raw, conformed, references, people)
