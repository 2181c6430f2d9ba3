"""Opens a file that nobody vouches for, in the sandboxed child, without a contract or by one table's options."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from warehouse.contract.model import Table
from warehouse.contract.properties import Dialect, TableProperties
from warehouse.drafting.dialects import sniff
from warehouse.drafting.faults import FileMissing
from warehouse.readers import OPENERS, faults
from warehouse.readers.child import Limits, Stopped, run_in_child
from warehouse.readers.grid import FaultyCell, Grid, Opened, Region
from warehouse.readers.shapes import shaped

MOST_ROWS = 50_000  # of a sheet; what a draft or a comparison says holds for these
_LONGEST = 512 << 20  # bytes of the answer
_ARCHIVES = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_LIMITS = Limits(cpu_seconds=120, wall_seconds=180.0)


@dataclass(frozen=True)
class Sample:
    """A file's grids and how it is written.

    Attributes:
        name: The file's name.
        options: `format`, and of a delimited file the dialect.
        doubts: What is not certain about the dialect.
        cut: True where rows beyond the limit were left out.
    """

    name: str
    options: TableProperties
    opened: Opened
    doubts: tuple[str, ...] = ()
    cut: bool = False


def open_sample(path: Path, table: Table | None = None) -> Sample:
    """Return what a file holds.

    Args:
        path: The file.
        table: The contract's table, which says how it is written and shaped; found out where left out.

    Raises:
        FileHeld: It cannot be read, or met a limit.
        FileMissing: There is none.
    """
    if not path.is_file():
        raise FileMissing(str(path), "nothing", "an export as a partner sends it", "name a file that is there")
    with tempfile.TemporaryDirectory(prefix="sala-open-") as folder:
        try:
            run_in_child(_open, (path.absolute(), table), [path], Path(folder), _LIMITS)
            return _sample(path.name, Path(folder) / "grids.json")
        except Stopped as error:
            stopped = str(error)
        except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
            stopped = f"an answer that is none ({type(error).__name__})"
    expected = f"at most {_LIMITS.memory >> 20} MiB of memory and {_LIMITS.cpu_seconds} s"
    raise faults.ReaderStopped("the file", stopped, expected, "take a smaller sample: some hundred rows are enough")


def _open(path: Path, table: Table | None, folder: Path) -> None:
    """Write the grids of a file, in the child."""
    doubts: tuple[str, ...] = ()
    if table is None:
        with path.open("rb") as file:
            start = file.read(4)
        form = "workbook" if start in _ARCHIVES else "submissions" if start.lstrip()[:1] == b"{" else "delimited"
        dialect, doubts = sniff(path) if form == "delimited" else (Dialect(), ())
        options = TableProperties.model_validate(
            {"entity": "attendance", "files": ".*", "format": form, "toleratedRefusedPercent": 0, "dialect": dialect}
        )
    else:
        options = table.options
    opened = OPENERS[options.format](path, options)
    if table is not None:
        opened = shaped(opened, table)
    document = {
        "options": options.model_dump(mode="json", by_alias=True),
        "grids": [_plain(grid) for grid in opened.grids],
        "notes": opened.notes,
        "doubts": doubts,
        "cut": any(len(grid.rows) > MOST_ROWS for grid in opened.grids),
    }
    (folder / "grids.json").write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")


def _plain(grid: Grid) -> dict[str, Any]:
    rows = [list(row) for row in grid.rows[:MOST_ROWS]]
    faulty, merged = _dicts(grid.faults), _dicts(grid.merged)
    kept = {"name": grid.name, "number": grid.number, "counted": grid.counted, "has_widths": grid.has_widths}
    return kept | {"rows": rows, "faults": faulty, "merged": merged, "numbers": list(grid.numbers), "notes": grid.notes}


def _dicts(items: Iterable[Any]) -> list[dict[str, Any]]:
    return [asdict(item) for item in items]


def _sample(name: str, answer: Path) -> Sample:
    """Return what the child wrote, once it is what it should be."""
    if answer.stat().st_size > _LONGEST:
        raise ValueError("an answer beyond the limit")
    document = json.loads(answer.read_text(encoding="utf-8"))
    grids = tuple(_grid(plain) for plain in document["grids"])
    options = TableProperties.model_validate(document["options"])
    notes, doubts = (tuple(map(str, document[name])) for name in ("notes", "doubts"))
    return Sample(name, options, Opened(grids, notes), doubts, bool(document["cut"]))


def _grid(plain: dict[str, Any]) -> Grid:
    rows = [[str(cell) for cell in row] for row in plain["rows"]]
    return Grid(
        name=str(plain["name"]),
        number=int(plain["number"]),
        rows=rows,
        counted=int(plain["counted"]),
        has_widths=bool(plain["has_widths"]),
        faults=tuple(FaultyCell(**fault) for fault in plain["faults"]),
        merged=tuple(Region(**region) for region in plain["merged"]),
        numbers=[int(number) for number in plain["numbers"]],
        notes=tuple(map(str, plain["notes"])),
    )
