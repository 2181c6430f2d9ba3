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

from warehouse.contract.agreement import Format
from warehouse.extracts.formats.context import Context
from warehouse.extracts.formats.datapackage import write_datapackage
from warehouse.extracts.formats.document import write_json
from warehouse.extracts.formats.extract import Extract
from warehouse.extracts.formats.iati import write_iati
from warehouse.extracts.formats.long_table import write_csv, write_parquet
from warehouse.extracts.formats.xlsx.book import write_xlsx

WRITERS: MappingProxyType[Format, Callable[[Extract, Path], list[Path]]] = MappingProxyType(
    {"xlsx": write_xlsx, "csv": write_csv, "parquet": write_parquet, "iati": write_iati, "json": write_json}
)
PACKAGED: tuple[Format, ...] = ("csv", "parquet")


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
        IatiTermsMissing: IATI is asked for and the agreement has no `iati` section.
    """
    extract = Extract(figures, context)
    written = {name: write(extract, folder) for name, write in WRITERS.items() if name in formats}
    paths = [path for files in written.values() for path in files]
    packaged = [path for name in PACKAGED for path in written.get(name, [])]
    if packaged:
        paths.append(write_datapackage(extract, packaged, folder))
    return sorted(paths)
