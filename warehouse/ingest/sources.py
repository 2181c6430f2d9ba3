"""Where a column's values come from in the partner's file, in the partner's words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from warehouse.contract.columns import PLACEHOLDER
from warehouse.contract.model import Table
from warehouse.ingest.columns import Rows
from warehouse.ingest.conform import Conformed
from warehouse.ingest.messages import called


class Source(NamedTuple):
    """Rows whose value stands under one header (None: under none), and how a sentence calls it."""

    header: str | None
    subject: str
    rows: Rows


def sources(conformed: Conformed, table: Table, column: str | None, rows: Rows) -> Iterator[Source]:
    """Yield the rows by the header their value stands under: in a wide sheet, one for each session concerned."""
    contract = next((c for c in table.columns if c.name == column), None)
    if contract is None:
        yield Source(None, "", rows)
        return
    template, sessions = contract.options.template, table.options.sessions
    named = PLACEHOLDER.findall(template or "")
    cell = sessions is not None and sessions.column == contract.name and template is None
    if cell or any(name.startswith("session.") for name in named):
        of_rows = conformed.sessions.codes[rows]
        for code in np.unique(of_rows):
            header = str(conformed.sessions.values[code])
            subject = f"'{header}'" if cell else f"The session's header '{header}' ({called(contract.name)})"
            yield Source(header, subject, rows[of_rows == code])
    elif template is not None:
        yield Source(None, f"{_origin(named)} ({called(contract.name)})", rows)
    else:
        header = conformed.headers.get(contract.name, contract.name)
        yield Source(header, f"'{header}'", rows)


def _origin(named: list[str]) -> str:
    if any(name.startswith("title.") for name in named):
        return "The title above the table"
    if "sheet" in named:
        return "The sheet's name"
    return "The file's name" if named else "The contract's constant"
