"""What is written of a file's rows: accepted ones to bronze, refused ones to quarantine; each table is made alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from warehouse.contract.model import Table
from warehouse.ingest.columns import Column, Rows
from warehouse.ingest.conform import Conformed
from warehouse.ingest.validate import Refusal
from warehouse.store.schemas import QUARANTINE, bronze

_SAID = ("column", "header", "rule", "code", "message")


@dataclass(frozen=True)
class Origin:
    """Where rows come from: the partner, and the SHA-256 of the delivered bytes."""

    partner: str
    delivery_id: str


def accepted_rows(conformed: Conformed, table: Table, origin: Origin, rows: Rows, persons: Column | None) -> pa.Table:
    """Return some rows as bronze keeps them; identifying columns are left out (law 6).

    Args:
        conformed: The rows of the file.
        table: The contract's table.
        origin: Where they come from.
        rows: The places of the accepted ones.
        persons: Who each row of the file is about; None where the entity has no people.

    Returns:
        The columns of `store.schemas.bronze`, text dictionary-encoded.
    """
    made = _provenance(conformed, table, origin, rows)
    if persons is not None:
        made["person_ref"] = persons.at(rows).array(pa.string())
    for column in table.canonical:
        if not column.identifies:
            found = conformed.columns.get(column.name)
            values = found.at(rows) if found else Column.constant(None, len(rows))
            made[column.name] = values.array(column.arrow_type)
    names = bronze(table.entity).names
    # A column that is said to be full is written a fifth faster: nothing is noted of each row.
    schema = pa.schema([pa.field(name, made[name].type, nullable=made[name].null_count > 0) for name in names])
    return pa.table([made[name] for name in names], schema=schema)


def refused_rows(
    conformed: Conformed, table: Table, origin: Origin, refusals: list[Refusal], repeated: npt.NDArray[np.bool_]
) -> pa.Table:
    """Return one record per refused row and rule, in the order of the file; never a value."""
    parts = [refusal.rows[~repeated[refusal.rows]] for refusal in refusals]
    if not parts:
        return QUARANTINE.empty_table()
    places = np.concatenate(parts)
    said = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    made = _provenance(conformed, table, origin, places)
    made["entity"] = pa.repeat(table.entity, len(places))
    for field in _SAID:
        texts = pa.array([getattr(refusal, field) for refusal in refusals], pa.string())
        made["column_name" if field == "column" else field] = texts.take(pa.array(said))
    whole = pa.table(made | {"place": pa.array(places)}).sort_by([("place", "ascending"), ("rule", "ascending")])
    return whole.select(QUARANTINE.names).cast(QUARANTINE)


def _provenance(conformed: Conformed, table: Table, origin: Origin, rows: Rows) -> dict[str, pa.Array]:
    sessions, sheets = conformed.sessions.at(rows), conformed.sheet_codes[rows]
    return {
        "partner_id": Column.constant(origin.partner, len(rows)).array(pa.string()),
        "delivery_id": Column.constant(origin.delivery_id, len(rows)).array(pa.string()),
        "row_id": _row_ids(conformed, table, origin, rows),
        "sheet": Column.of(sheets, list(conformed.sheet_names)).array(pa.string()),
        "row_number": pa.array(conformed.row_numbers[rows]),
        "source_column": Column.of(sessions.codes, sessions.values).array(pa.string()),
    }


def _row_ids(conformed: Conformed, table: Table, origin: Origin, rows: Rows) -> pa.Array:
    """Return what names each row for good: the delivery, the sheet, the row, and the session in a wide sheet."""
    short, within = origin.delivery_id[:12], pc.cast(pa.array(conformed.row_numbers[rows]), pa.string())
    if table.options.sessions:
        within = pc.binary_join_element_wise(
            within, pc.cast(pa.array(conformed.sessions.codes[rows]), pa.string()), ":"
        )
    if len(conformed.sheet_names) == 1:  # which takes a quarter of the time that joining does
        return pc.binary_replace_slice(within, 0, 0, f"{short}:{conformed.sheet_numbers[0]}:")
    sheets = pc.cast(pa.array(conformed.sheet_numbers[rows]), pa.string())
    return pc.binary_join_element_wise(pa.scalar(short), sheets, within, ":")
