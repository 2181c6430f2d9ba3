"""What the ledger keeps of a file's layout, so that the next delivery can be compared with it; no cell's text."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from warehouse.readers.kinds import LOOKED_AT, kind_of_column
from warehouse.readers.raw import RawFile, RawSheet

_UNKNOWN = ("code_unknown", "name_unknown")


def layout_of(raw: RawFile) -> dict[str, Any]:
    """Return the headers found in their order, each with the kind of its cells; sheets that are alike together."""
    alike: list[dict[str, Any]] = []
    for sheet in raw.sheets:
        found = _sheet(sheet)
        same = next((known for known in alike if {**known, "sheets": []} == {**found, "sheets": []}), None)
        if same:
            same["sheets"] += found["sheets"]
        else:
            alike.append(found)
    return {"tables": alike}


def refused_codes(quarantine: pa.Table) -> dict[str, int]:
    """Return how many cells of each column held a code or a name that nobody agreed."""
    unknown = quarantine.filter(pc.is_in(quarantine.column("rule"), pa.array(_UNKNOWN)))
    return dict(sorted(Counter(unknown.column("column_name").to_pylist()).items()))


def _sheet(sheet: RawSheet) -> dict[str, Any]:
    columns = [
        {"name": name, "header": header, "kind": kind_of_column(_texts(sheet.rows.column(name)))}
        for name, header in sheet.headers.items()
    ]
    return {
        "sheets": [sheet.number],
        "header_row": sheet.header_row,
        "columns": columns,
        "sessions": len(sheet.sessions),
        "unknown": list(sheet.unknown),
        "versions": list(sheet.versions),
    }


def _texts(column: pa.ChunkedArray) -> Any:
    return (text for chunk in column.chunks for text in chunk.dictionary[:LOOKED_AT].to_pylist())
