"""Settle: every row of a file ends accepted, quarantined or as a repeat; nothing is lost (law 1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from warehouse.contract.entities import has_people
from warehouse.contract.model import Contract, Table
from warehouse.ingest.conform import Conformed, conform
from warehouse.ingest.messages import MESSAGES, sentence
from warehouse.ingest.persons import pseudonymise
from warehouse.ingest.validate import Refusal, nobody_rows, refusals_of_reading, repeated_rows, validate
from warehouse.readers.faults import CountsDiffer, TooManyRefused
from warehouse.readers.raw import RawFile
from warehouse.store.keys import Keys
from warehouse.store.ledger import Counts
from warehouse.store.schemas import QUARANTINE, VAULT, bronze


@dataclass(frozen=True)
class Settled:
    """What one file becomes: its three tables, its numbers, and the error that holds it, if one does."""

    bronze: pa.Table
    quarantine: pa.Table
    vault: pa.Table
    counts: Counts
    validations: list[dict[str, Any]]
    held: TooManyRefused | None


def settle(
    raw: RawFile, table: Table, contract: Contract, groups: dict[str, str], delivery_id: str, keys: Keys
) -> Settled:
    """Conform and validate a file's rows and decide each.

    Raises:
        CountsDiffer: The reader and the independent count disagree.
        TitleMissing: A title that a template needs is missing.
    """
    conformed = conform(raw, table, contract, groups)
    counted = _counted(raw, len(conformed))
    repeated = repeated_rows(conformed)
    refusals = refusals_of_reading(conformed, table)
    if has_people(table.entity):
        refusals.append(_plain_refusal("person_missing", np.flatnonzero(nobody_rows(conformed, table))))
    asked, validations = validate(conformed, table, ~repeated & ~_refused(refusals, len(conformed)))
    refusals = [r for r in [*refusals, *asked] if len(r.rows)]
    refused = _refused(refusals, len(conformed)) & ~repeated
    held = _too_many(int(refused.sum()), len(conformed), table)
    if held:
        refusals.append(_plain_refusal("file_held", np.flatnonzero(~refused & ~repeated)))
        refused = ~repeated
    accepted = ~refused & ~repeated
    counts = Counts(
        counted,
        read=len(conformed),
        accepted=int(accepted.sum()),
        quarantined=int(refused.sum()),
        repeated=int(repeated.sum()),
        set_aside=sum(s.set_aside for s in raw.sheets),
    )
    rows = _canonical(conformed, table, contract.id, delivery_id)
    kept, vault = _kept(rows, accepted, conformed, table, contract.id, keys)
    return Settled(kept, _quarantined(rows, refusals, repeated, conformed, table), vault, counts, validations, held)


def _counted(raw: RawFile, read: int) -> int:
    """Return the independent count, in the unit of rows read: one person in one session."""
    counted = sum((s.counted - s.set_aside) * max(1, len(s.sessions)) for s in raw.sheets)
    if counted != read:
        found = f"{read} rows read, {counted} counted"
        raise CountsDiffer("the file", found, "the same number", "send the file again; if it stays so, tell the keeper")
    return counted


def _plain_refusal(rule: str, rows: npt.NDArray[np.int64]) -> Refusal:
    return Refusal(rule, MESSAGES[rule].code, rows, None, sentence(rule, "", ""))


def _kept(
    rows: pa.Table,
    accepted: npt.NDArray[np.bool_],
    conformed: Conformed,
    table: Table,
    partner: str,
    keys: Keys,
) -> tuple[pa.Table, pa.Table]:
    """Return the accepted rows for bronze, and the identities of the persons in them for the vault."""
    vault = VAULT.empty_table()
    if has_people(table.entity):
        reference, vault = pseudonymise(conformed, partner, keys)
        rows = rows.append_column("person_ref", reference)
    kept = rows.filter(pa.array(accepted)).select(bronze(table.entity).names).cast(bronze(table.entity))
    if "person_ref" in kept.column_names:
        vault = vault.filter(pc.is_in(vault.column("person_ref"), kept.column("person_ref").combine_chunks()))
    return kept, vault


def _refused(refusals: list[Refusal], count: int) -> npt.NDArray[np.bool_]:
    refused = np.zeros(count, bool)
    for refusal in refusals:
        refused[refusal.rows] = True
    return refused


def _too_many(refused: int, read: int, table: Table) -> TooManyRefused | None:
    tolerated = table.options.toleratedRefusedPercent
    if refused * 100 <= tolerated * read:
        return None
    return TooManyRefused(
        "the file",
        f"{refused} of {read} rows refused",
        f"at most {tolerated} in 100",
        "mend the rows listed as refused and send the file again",
    )


def _canonical(conformed: Conformed, table: Table, partner: str, delivery_id: str) -> pa.Table:
    """Return provenance and canonical columns; identifying columns are left out (law 6)."""
    count = len(conformed)
    numbers = pa.array(conformed.row_numbers)
    parts = [
        pa.scalar(delivery_id[:12]),
        pc.cast(pa.array(conformed.sheet_numbers), pa.string()),
        pc.cast(numbers, pa.string()),
    ]
    if table.options.sessions:
        parts.append(pc.cast(pa.array(conformed.sessions.codes), pa.string()))
    columns = {
        "partner_id": pa.repeat(partner, count),
        "delivery_id": pa.repeat(delivery_id, count),
        "row_id": pc.binary_join_element_wise(*parts, ":"),
        "sheet": pa.array(conformed.sheet_names).take(pa.array(conformed.sheet_codes)),
        "row_number": numbers,
        "source_column": conformed.sessions.array(pa.string()),
    }
    for column in table.canonical:
        if column.identifies:
            continue
        found = conformed.columns.get(column.name)
        columns[column.name] = found.array(column.arrow_type) if found else pa.nulls(count, column.arrow_type)
    return pa.table(columns)


def _quarantined(
    rows: pa.Table, refusals: list[Refusal], repeated: npt.NDArray[np.bool_], conformed: Conformed, table: Table
) -> pa.Table:
    """Return one record per refused row and rule, in the order of the file; never a value."""
    provenance = rows.select(["partner_id", "delivery_id", "row_id", "sheet", "row_number", "source_column"])
    parts = []
    for refusal in refusals:
        places = refusal.rows[~repeated[refusal.rows]]
        count = len(places)
        said = {
            "entity": table.entity,
            "column_name": refusal.column,
            "header": refusal.header,
            "rule": refusal.rule,
            "code": refusal.code,
            "message": refusal.message,
        }
        part = provenance.take(pa.array(places))
        for name, value in said.items():
            part = part.append_column(name, pa.array([value] * count, pa.string()))
        parts.append(part.append_column("place", pa.array(places)))
    if not parts:
        return QUARANTINE.empty_table()
    whole = pa.concat_tables(parts).sort_by([("place", "ascending"), ("rule", "ascending")])
    return whole.select(QUARANTINE.names).cast(QUARANTINE)
