"""Settle: every row of a file ends accepted, quarantined or as a repeat; nothing is lost (law 1)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from warehouse.contract.entities import has_people
from warehouse.contract.model import Contract, Table
from warehouse.errors import FileHeld
from warehouse.ingest.columns import Column
from warehouse.ingest.conform import Conformed, conform
from warehouse.ingest.date_evidence import Evidence
from warehouse.ingest.messages import MESSAGES, sentence
from warehouse.ingest.persons import pseudonymise
from warehouse.ingest.tables import Origin, accepted_rows, refused_rows
from warehouse.ingest.validate import (
    FORESEEN,
    Refusal,
    nobody_rows,
    refusals_alone,
    refusals_of_reading,
    repeated_rows,
    validate,
)
from warehouse.readers.faults import CountsDiffer, TooManyRefused
from warehouse.readers.raw import RawFile
from warehouse.store.keys import Keys
from warehouse.store.ledger import Counts
from warehouse.store.schemas import VAULT

ErasedAmong = Callable[[Iterable[str]], frozenset[str]]


@dataclass(frozen=True)
class Settled:
    """What one file becomes: its three tables, its numbers, and the error that holds it, if one does.

    `dates` says how each date column was read. `names_erased` is True when a row, accepted or not, names a person who
    was erased.
    """

    bronze: pa.Table
    quarantine: pa.Table
    vault: pa.Table
    counts: Counts
    validations: list[dict[str, Any]]
    held: FileHeld | None
    names_erased: bool = False
    dates: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class _Persons:
    """Who the rows are about: a pseudonym a row, the identities behind them, and which rows name an erased person."""

    references: Column | None
    identities: pa.Table
    erased: npt.NDArray[np.bool_]


def settle(
    raw: RawFile,
    table: Table,
    contract: Contract,
    groups: dict[str, str],
    delivery_id: str,
    keys: Keys,
    erased_among: ErasedAmong = lambda _: frozenset(),
) -> Settled:
    """Conform and validate a file's rows and decide each.

    A row that another supersedes, or that the partner itself did not approve, keeps that reason alone and counts
    towards no tolerance. A row of an erased person is refused last of all: it counts towards none either, and a row
    refused for another reason keeps that one alone, so that the file ends as it would have, had the person been erased
    after it came. `groups` are those of the file's name, `erased_among` tells which of some pseudonyms are those of
    erased persons.

    Raises:
        CountsDiffer: The reader and the independent count disagree.
        TitleMissing: A title that a template needs is missing.
    """
    conformed = conform(raw, table, contract, groups)
    counted = _counted(raw, len(conformed))
    repeated = repeated_rows(conformed, table)
    refusals, validations, held = _judged(conformed, table, repeated)
    refused = _refused(refusals, len(conformed)) & ~repeated
    persons = _persons(conformed, table, contract.id, keys, erased_among)
    forgotten = np.flatnonzero(persons.erased & ~refused & ~repeated)
    refusals += [_plain_refusal("person_erased", forgotten)] if len(forgotten) else []
    refused[forgotten] = True
    counts = _counts(raw, counted, refused, repeated)
    origin, accepted = Origin(contract.id, delivery_id), np.flatnonzero(~refused & ~repeated)
    kept = accepted_rows(conformed, table, origin, accepted, persons.references)
    quarantined = refused_rows(conformed, table, origin, refusals, repeated)
    vault = _behind(kept, persons.identities)
    erased, dates = bool(persons.erased.any()), tuple(conformed.dates)
    return Settled(kept, quarantined, vault, counts, validations, held, erased, dates)


def _judged(
    conformed: Conformed, table: Table, repeated: npt.NDArray[np.bool_]
) -> tuple[list[Refusal], list[dict[str, Any]], FileHeld | None]:
    """Return what refuses rows, a summary of each rule, and what holds the whole file; then every row is refused."""
    alone = refusals_alone(conformed)
    refusals, validations = _broken(conformed, table, repeated, _refused(alone, len(conformed)))
    refusals += alone
    counting = ~_refused([refusal for refusal in alone if refusal.rule in FORESEEN], len(conformed))
    refused = _refused(refusals, len(conformed)) & ~repeated
    held = next(iter(conformed.doubts), None)
    held = held or _too_many(int((refused & counting).sum()), int(counting.sum()), table)
    if held:
        refusals.append(_plain_refusal("file_held", np.flatnonzero(~refused & ~repeated)))
    return refusals, validations, held


def _broken(
    conformed: Conformed, table: Table, repeated: npt.NDArray[np.bool_], passed_over: npt.NDArray[np.bool_]
) -> tuple[list[Refusal], list[dict[str, Any]]]:
    """Return what of the rows that count cannot be read or breaks a rule, and a summary of each rule."""
    refusals = refusals_of_reading(conformed, table)
    if has_people(table.entity):
        refusals.append(_plain_refusal("person_missing", np.flatnonzero(nobody_rows(conformed, table))))
    refusals = [replace(refusal, rows=refusal.rows[~passed_over[refusal.rows]]) for refusal in refusals]
    open_rows = ~repeated & ~passed_over & ~_refused(refusals, len(conformed))
    asked, validations = validate(conformed, table, open_rows, passed_over)
    return [r for r in [*refusals, *asked] if len(r.rows)], validations


def _counts(raw: RawFile, counted: int, refused: npt.NDArray[np.bool_], repeated: npt.NDArray[np.bool_]) -> Counts:
    return Counts(
        counted,
        read=len(refused),
        accepted=int((~refused & ~repeated).sum()),
        quarantined=int(refused.sum()),
        repeated=int(repeated.sum()),
        set_aside=sum(s.set_aside for s in raw.sheets),
    )


def _counted(raw: RawFile, read: int) -> int:
    """Return the independent count, in the unit of rows read: one person in one session."""
    counted = sum((s.counted - s.set_aside) * max(1, len(s.sessions)) for s in raw.sheets)
    if counted != read:
        found = f"{read} rows read, {counted} counted"
        raise CountsDiffer("the file", found, "the same number", "send the file again; if it stays so, tell the keeper")
    return counted


def _plain_refusal(rule: str, rows: npt.NDArray[np.int64]) -> Refusal:
    return Refusal(rule, MESSAGES[rule].code, rows, None, sentence(rule, "", ""))


def _persons(conformed: Conformed, table: Table, partner: str, keys: Keys, erased_among: ErasedAmong) -> _Persons:
    nobody = np.zeros(len(conformed), bool)
    if not has_people(table.entity):
        return _Persons(None, VAULT.empty_table(), nobody)
    references, identities = pseudonymise(conformed, partner, keys)
    erased = erased_among(identities.column("person_ref").to_pylist())
    if erased:
        nobody = np.array([reference in erased for reference in references.values])[references.codes]
    return _Persons(references, identities, nobody)


def _behind(kept: pa.Table, identities: pa.Table) -> pa.Table:
    """Return the identities of the persons in the accepted rows."""
    if "person_ref" not in kept.column_names:
        return identities
    references = kept.column("person_ref").chunk(0).dictionary
    return identities.filter(pc.is_in(identities.column("person_ref"), references))


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
