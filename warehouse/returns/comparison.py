"""What was mended since the delivery that this one corrects, and what is new.

A refusal is the same one when it is about the same person, in a row with the same key, by the same rule: rows that
moved, or a file that grew, change nothing. The column at fault is no part of the key, as it is what gets mended.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from warehouse.ingest.columns import Rows
from warehouse.returns.contents import Since
from warehouse.returns.examination import Examined, Refused
from warehouse.returns.fixes import WAITING
from warehouse.store.ledger import Record

Key = tuple[object, ...]


def earlier_of(record: Record, records: Iterable[Record]) -> Record | None:
    """Return the delivery that this one corrects: the last before it of the same thing, accepted or held."""
    if not record.slot:
        return None
    same = [r for r in records if (r.partner, r.slot) == (record.partner, record.slot) and _rank(r) < _rank(record)]
    return max(same, key=_rank, default=None)


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
    then = _keys(before, refused_before) if before else Counter[tuple[str, str | None, Key]]()
    today = _keys(now, refused_now)
    gone = then - today
    there: dict[str | None, set[Key]] = {
        column: set(_rows(now, range(len(now.conformed)), column)) for column in {column for _, column, _ in gone}
    }
    left_out = sum(count for (_, column, key), count in gone.items() if key not in there[column])
    return Since(
        earlier.delivery_id,
        earlier.delivery.file,
        mended=gone.total() - left_out,
        new=(today - then).total(),
        still=(today & then).total(),
        left_out=left_out,
    )


def _keys(examined: Examined, refusals: list[Refused]) -> Counter[tuple[str, str | None, Key]]:
    """Return how often each thing is refused: the rule, the column, and what the row is known by."""
    counted = [refused for refused in refusals if refused.rule != WAITING]
    places = examined.rows_of(counted)
    found: Counter[tuple[str, str | None, Key]] = Counter()
    for column in {refused.column for refused in counted}:
        own = [number for number, refused in enumerate(counted) if refused.column == column]
        keys = _rows(examined, places[own], column)
        found.update((counted[number].rule, column, key) for number, key in zip(own, keys, strict=True))
    return found


def _rows(examined: Examined, places: Rows | range, without: str | None) -> list[Key]:
    """Return what each row is known by: its person and its key, but for one column; without a key, its session."""
    conformed, key = examined.conformed, examined.table.primary_key
    columns = [conformed.columns[name] for name in key if name != without] if key else [conformed.sessions]
    columns += [examined.references] if examined.references else []
    return [tuple(str(column.values[column.codes[place]]) for column in columns) for place in places]
