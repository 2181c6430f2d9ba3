"""Every committed sample file that a contract reads, with what is made of it: the real sandbox, the real settle."""

from __future__ import annotations

import shutil
import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from warehouse.contract import load_contracts
from warehouse.contract.model import Contract, Table
from warehouse.contract.spelling import tidy
from warehouse.errors import FileHeld
from warehouse.ingest.settle import Settled, settle
from warehouse.readers.child import Limits
from warehouse.readers.raw import RawFile
from warehouse.readers.sandbox import read_in_sandbox
from warehouse.store.home import PROJECT
from warehouse.store.keys import Keys

ROOTS = (PROJECT / "expectations" / "partners", PROJECT / "tests" / "golden" / "shapes")
# Samples are small: whatever takes a hundred times as long as they do has met something hostile.
LIMITS = Limits(memory=2 << 30, cpu_seconds=15, wall_seconds=20.0, output=256 << 20)
PROVENANCE = ("partner_id", "delivery_id", "row_id", "sheet", "row_number")
Place = tuple[str, int]  # sheet, row number
Record = tuple[object, ...]  # what one row of the file says, all of it


@dataclass(frozen=True)
class Sample:
    """One file as a partner sends it, and the contract's table that reads it."""

    corpus: str
    name: str
    data: bytes
    contract: Contract
    table: Table
    groups: dict[str, str]


@dataclass(frozen=True)
class Reading:
    """What became of some bytes.

    Attributes:
        held: Code of the error that holds the file; empty when it is accepted.
        found: What that error says was found.
        records: The accepted records with everything canonical in them, and how often each stands there.
        unaccepted: Records that were refused, are repeats or were set aside: each is named or counted by the outcome.
        heading: Headers, titles, sessions and notes, as the outcome tells them.
        first: Sheet → number of its first row of data.
        seconds: How long it took.
    """

    held: str
    found: str
    records: Counter[Record]
    unaccepted: int
    heading: str
    first: dict[str, int]
    seconds: float


def load_samples(roots: tuple[Path, ...] = ROOTS) -> list[Sample]:
    """Return all samples whose names a table expects, each content once."""
    found: dict[bytes, Sample] = {}
    for root in filter(Path.is_dir, roots):
        for contract in load_contracts(root):
            for path in sorted((contract.folder / "sample" / "received").iterdir()):
                if match := contract.table_for(path.name):
                    groups = {k: v or "" for k, v in match[1].groupdict().items()}
                    data = path.read_bytes()
                    found.setdefault(data, Sample(contract.id, path.name, data, contract, match[0], groups))
    return list(found.values())


def read(sample: Sample, data: bytes, scratch: Path, keys: Keys) -> Reading:
    """Return what becomes of the bytes under the sample's name; nothing is written but the child's output."""
    folder, started = scratch / "read", time.monotonic()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    (scratch / "received").write_bytes(data)

    def ended(held: str, found: str, settled: Settled | None = None, raw: RawFile | None = None) -> Reading:
        seconds = time.monotonic() - started
        if settled is None or raw is None or held:
            return Reading(held, found, Counter(), 0, "", {}, seconds)
        unaccepted = len(set(_places(settled.quarantine))) + settled.counts.repeated + settled.counts.set_aside
        return Reading("", "", _records(settled, raw, sample.table), unaccepted, _heading(raw), _first(raw), seconds)

    try:
        raw = read_in_sandbox(scratch / "received", sample.table, folder, LIMITS)
        settled = settle(raw, sample.table, sample.contract, sample.groups, "0" * 64, keys)
    except FileHeld as error:
        return ended(error.code, error.found)
    return ended(settled.held.code if settled.held else "", "", settled, raw)


def _places(rows: pa.Table) -> list[Place]:
    return list(zip(rows["sheet"].to_pylist(), rows["row_number"].to_pylist(), strict=True))


def _records(settled: Settled, raw: RawFile, table: Table) -> Counter[Record]:
    """Return the accepted rows of each row of the file together, with the identifying texts that stand in it."""
    columns = [name for name in settled.bronze.column_names if name not in PROVENANCE]
    rows = zip(*(settled.bronze[name].to_pylist() for name in columns), strict=True)
    said = _identifying(raw, table)
    parts: defaultdict[Place, list[Record]] = defaultdict(list)
    for place, row in zip(_places(settled.bronze), rows, strict=True):
        parts[place].append(row)
    return Counter((*said[place], *sorted(rows, key=repr)) for place, rows in parts.items())


def _identifying(raw: RawFile, table: Table) -> dict[Place, Record]:
    names = [c.name for c in table.columns if c.column.identifies]
    found: dict[Place, Record] = {}
    for sheet in raw.sheets:
        present = [map(tidy, sheet.rows[name].to_pylist()) for name in names if name in sheet.rows.column_names]
        numbers = sheet.row_numbers.to_pylist()
        texts = zip(*present, strict=True) if present else ((),) * len(numbers)
        found |= {(sheet.name, number): row for number, row in zip(numbers, texts, strict=True)}
    return found


def _heading(raw: RawFile) -> str:
    return repr([(s.name, s.headers, s.titles, s.sessions) for s in raw.sheets]) + repr(raw.notes)


def _first(raw: RawFile) -> dict[str, int]:
    return {s.name: s.row_numbers[0].as_py() for s in raw.sheets if len(s.row_numbers)}
