"""Reads one partner file in a child with limits, and takes what comes back for what it is: partner bytes.

The child writes the rows as Arrow files and the layout as JSON; here they are checked before anybody uses them.
"""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa

from warehouse.contract.model import Table
from warehouse.readers import READERS, faults
from warehouse.readers.child import USUAL, Limits, Stopped, run_in_child
from warehouse.readers.raw import RULES_OF_ROWS, TEXT, CellFault, Footer, RawFile, RawSheet, RowRefusal, Session

_LONGEST_LAYOUT = 256 << 20  # bytes; five million faults of cells


def read_in_sandbox(path: Path, table: Table, folder: Path, limits: Limits = USUAL) -> RawFile:
    """Return what the table's reader makes of the file, read in a child with limits.

    Args:
        path: The file as received.
        table: The contract's table, which says how to read it.
        folder: An empty folder for the child's output, removed by the caller.
        limits: What it may cost.

    Raises:
        FileHeld: The file is not what the contract promises, or met a limit.
    """
    try:
        run_in_child(_read, (path.absolute(), table), [path], folder, limits)
        return _load(folder, table)
    except Stopped as error:
        stopped = str(error)
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError, pa.ArrowException) as error:
        stopped = f"an answer that is none ({type(error).__name__})"
    raise faults.ReaderStopped(
        "the file",
        stopped,
        f"at most {limits.memory >> 20} MiB of memory and {limits.cpu_seconds} s",
        "split the file; if it is an ordinary one, tell the pipeline's keeper",
    )


def _read(path: Path, table: Table, folder: Path) -> None:
    _save(READERS[table.options.format](path, table), folder)


def _save(raw: RawFile, folder: Path) -> None:
    sheets = []
    for position, sheet in enumerate(raw.sheets):
        table = sheet.rows.append_column("row_number", sheet.row_numbers)
        with pa.OSFile(str(folder / f"{position}.arrow"), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
            writer.write_table(table)
        plain = {k: v for k, v in vars(sheet).items() if k not in ("rows", "row_numbers")}
        plain |= {name: [vars(one) for one in plain[name]] for name in ("sessions", "faults", "footers", "refused")}
        sheets.append(plain | {"ragged": sorted(sheet.ragged)})
    document = {"sheets": sheets, "notes": raw.notes}
    (folder / "layout.json").write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")


def _load(folder: Path, table: Table) -> RawFile:
    """Return what the child wrote, once it is certainly what a reader returns."""
    layout = folder / "layout.json"
    if layout.stat().st_size > _LONGEST_LAYOUT:
        raise ValueError("a layout beyond the limit")
    document = json.loads(layout.read_text(encoding="utf-8"))
    sheets = []
    for position, plain in enumerate(document["sheets"]):
        with pa.memory_map(str(folder / f"{position}.arrow")) as source:
            rows = pa.ipc.open_file(source).read_all()
        plain["sessions"] = tuple(Session(**s) for s in plain["sessions"])
        plain["faults"] = tuple(CellFault(**f) for f in plain["faults"])
        plain["footers"] = tuple(Footer(**f) for f in plain["footers"])
        plain["refused"] = tuple(RowRefusal(**r) for r in plain["refused"])
        plain["ragged"] = frozenset(plain["ragged"])
        plain |= {"unknown": tuple(plain["unknown"]), "versions": tuple(plain["versions"])}
        _check(rows, table, len(plain["sessions"]))
        numbers = rows.column("row_number").combine_chunks()
        _check_refused(plain["refused"], numbers)
        sheets.append(RawSheet(rows=rows.drop_columns(["row_number"]), row_numbers=numbers, **plain))
    if not sheets:
        raise ValueError("no sheet")
    return RawFile(tuple(sheets), tuple(map(str, document["notes"])))


def _check(rows: pa.Table, table: Table, sessions: int) -> None:
    """Raise ValueError unless the rows have the promised columns, of text, with places inside their buffers."""
    expected = {c.name: TEXT for c in table.columns if c.headers} | {"row_number": pa.int32()}
    expected |= {f"#{number}": TEXT for number in range(sessions)}
    if {field.name: field.type for field in rows.schema} != expected:
        raise ValueError("other columns than the contract's")
    rows.validate(full=True)
    chunks = [chunk for column in rows.columns for chunk in column.chunks]
    if any(chunk.null_count or (chunk.type == TEXT and chunk.dictionary.null_count) for chunk in chunks):
        raise ValueError("cells that are not even empty")


def _check_refused(refused: tuple[RowRefusal, ...], numbers: pa.Array) -> None:
    """Raise ValueError unless each is a row that is there, by a rule there is."""
    there = set(numbers.to_pylist()) if refused else set()
    if any(one.rule not in RULES_OF_ROWS or one.row_number not in there for one in refused):
        raise ValueError("rows refused that are none, or by no rule")
