"""All formats of one extract, written from the one result table.

    FIGURES + Context ──┬─► extract.xlsx                                  for people
                        ├─► figures.csv, figures.parquet, labels.* ─► datapackage.json
                        ├─► results.iati.xml
                        └─► extract.json

The same figures and context give the same bytes: nothing here looks at a clock, a locale or the machine.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from types import MappingProxyType

import pyarrow as pa
import pyarrow.compute as pc

from warehouse.contract.agreement import Format
from warehouse.errors import TerminalError
from warehouse.extracts.disclosure.protect import EMPTIED
from warehouse.extracts.formats.context import Context
from warehouse.extracts.formats.datapackage import write_datapackage
from warehouse.extracts.formats.document import write_json
from warehouse.extracts.formats.extract import Extract
from warehouse.extracts.formats.iati import write_iati
from warehouse.extracts.formats.long_table import write_csv, write_parquet
from warehouse.extracts.formats.xlsx.book import write_xlsx
from warehouse.store.figures import FIGURES

WRITERS: MappingProxyType[Format, Callable[[Extract, Path], list[Path]]] = MappingProxyType(
    {"xlsx": write_xlsx, "csv": write_csv, "parquet": write_parquet, "iati": write_iati, "json": write_json}
)
PACKAGED: tuple[Format, ...] = ("csv", "parquet")


class FiguresUnfit(TerminalError):
    """The result table would show what its own status says is not shown, or the other way round."""

    code = "SALA-X021"
    title = "The figures contradict their status"


def render(figures: pa.Table, context: Context, folder: Path, formats: Collection[Format]) -> list[Path]:
    """Write the formats into a folder, which exists.

    Args:
        figures: In the shape of `FIGURES`.
        context: What is said beside the figures.
        folder: Holds no earlier rendering.
        formats: Which ones.

    Returns:
        The files written, sorted.

    Raises:
        FiguresUnfit: A figure that is not shown has a value, or one that is shown has none.
        IatiTermsMissing: IATI is asked for and the agreement has no `iati` section.
    """
    _must_fit(figures)
    extract = Extract(figures, context)
    written = {name: write(extract, folder) for name, write in WRITERS.items() if name in formats}
    paths = [path for files in written.values() for path in files]
    packaged = [path for name in PACKAGED for path in written.get(name, [])]
    if packaged:
        paths.append(write_datapackage(extract, packaged, folder))
    return sorted(paths)


def _must_fit(figures: pa.Table) -> None:
    """Look once more before anything is written: what left with a suppressed figure cannot be called back."""
    if not figures.schema.equals(FIGURES):
        raise ValueError(f"a table of FIGURES, not of {figures.schema.names}")
    status = figures.column("status")
    shown = pc.equal(status, "shown")
    wrong = pc.sum(pc.not_equal(shown, figures.column("value").is_valid())).as_py() or 0
    suppressed = figures.filter(pc.equal(status, "suppressed"))
    wrong += sum(suppressed.num_rows - suppressed.column(name).null_count for name in EMPTIED)
    if wrong:
        raise FiguresUnfit(
            where="the result table",
            found=f"{wrong} values beside a status that they contradict",
            expected="a value where the status is shown, and nothing that tells a suppressed one",
            action="look at what computed or suppressed them; nothing was written",
        )
