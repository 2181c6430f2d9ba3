"""What was mended since the delivery that this one corrects, and what is new.

A refusal is the same one when it is about the same person, in a row with the same key, by the same rule: rows that
moved, or a file that grew, change nothing. The column at fault is no part of the key, as it is what gets mended. What
is refused no more was mended, or left out where the person has fewer rows than before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from warehouse.returns.contents import Since
from warehouse.returns.examination import Examined, Refused
from warehouse.returns.fixes import NOTHING_TO_MEND
from warehouse.store.ledger import Record


def earlier_of(record: Record, records: Iterable[Record]) -> Record | None:
    """Return the delivery that this one corrects: the last before it of the same thing, accepted or held."""
    if not record.slot:
        return None
    same = [r for r in records if (r.partner, r.slot) == (record.partner, record.slot) and _rank(r) < _rank(record)]
    return max(same, key=_rank, default=None)


def corrected(records: Iterable[Record]) -> set[str]:
    """Return which deliveries a later one of the same thing corrects that was accepted: nobody need mend these."""
    last: dict[tuple[str, str], tuple[int, int, str]] = {}
    known = [record for record in records if record.slot]
    for record in known:
        if record.outcome == "accepted":
            thing = record.partner, record.slot or ""
            last[thing] = max(last.get(thing, _rank(record)), _rank(record))
    nowhere = (0, 0, "")
    return {r.delivery_id for r in known if _rank(r) < last.get((r.partner, r.slot or ""), nowhere)}


def _rank(record: Record) -> tuple[int, int, str]:
    return record.revision, min(delivery.modified_ns for delivery in record.deliveries), record.delivery_id


def compare(
    earlier: Record, before: Examined | None, refused_before: list[Refused], now: Examined, refused_now: list[Refused]
) -> Since:
    """Return what changed from the earlier delivery to this one.

    Args:
        earlier: The record of the earlier one.
        before: The earlier one, read again; None where it had no refused row.
        refused_before: What was refused of it.
        now: This one, read again.
        refused_now: What is refused of it.
    """
    then = _keys(before, refused_before) if before else Counter[_Known]()
    today = _keys(now, refused_now)
    gone, rows_now = then - today, _rows_of_people(now)
    of_people = Counter(known.person for known in gone.elements())
    rows_then = _rows_of_people(before) if before else Counter[str]()
    left_out = sum(min(count, max(0, rows_then[who] - rows_now[who])) for who, count in of_people.items())
    return Since(
        earlier.delivery_id,
        earlier.delivery.file,
        mended=gone.total() - left_out,
        new=(today - then).total(),
        still=(today & then).total(),
        left_out=left_out,
    )


class _Known(NamedTuple):
    """What a refusal is known by."""

    person: str
    rule: str
    column: str | None
    key: tuple[str, ...]


def _keys(examined: Examined, refusals: list[Refused]) -> Counter[_Known]:
    """Return how often each thing is refused; without a key of the table, a row is known by its session."""
    counted = [refused for refused in refusals if refused.rule not in NOTHING_TO_MEND]
    conformed, key = examined.conformed, examined.table.primary_key
    found: Counter[_Known] = Counter()
    for refused, place in zip(counted, examined.rows_of(counted), strict=True):
        columns = [conformed.columns[name] for name in key if name != refused.column] if key else [conformed.sessions]
        values = tuple(str(column.values[column.codes[place]]) for column in columns)
        found[_Known(_person(examined, place), refused.rule, refused.column, values)] += 1
    return found


def _person(examined: Examined, place: int) -> str:
    references = examined.references
    return str(references.values[references.codes[place]]) if references else ""


def _rows_of_people(examined: Examined) -> Counter[str]:
    """Return how many rows each person has."""
    references = examined.references
    if references is None:
        return Counter({"": len(examined.conformed)})
    counts = np.bincount(references.codes, minlength=len(references.values))
    return Counter(dict(zip(map(str, references.values), counts.tolist(), strict=True)))
