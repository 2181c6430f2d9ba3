"""What became of files, as plain values that travel between processes: of one, or of several at the same time."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from typing import Any

from warehouse.connectors.files import Arrival
from warehouse.contract import Contract
from warehouse.errors import TerminalError, TransientError
from warehouse.ingest.expectations import load_validator
from warehouse.ingest.intake import ingest_file
from warehouse.readers.lifetime import end_with_parent
from warehouse.store.home import Home
from warehouse.store.keys import Keys

Work = tuple[Home, Contract, Arrival, Keys]


def ingest_one(work: Work) -> dict[str, Any]:
    """Ingest one file and return its outcome.

    Raises:
        TransientError: It cannot be read now.
    """
    outcome = ingest_file(*work)
    record = outcome.record
    repeat = outcome.outcome == "repeat"
    counts = record.counts
    return {
        "partner": outcome.partner,
        "file": outcome.file,
        "delivery_id": record.delivery_id,
        "outcome": outcome.outcome,
        "table": record.table,
        "entity": record.entity,
        "records_counted": counts.counted,
        "rows_read": counts.read,
        "rows_accepted": 0 if repeat else counts.accepted,
        "rows_quarantined": 0 if repeat else counts.quarantined,
        "rows_repeated": counts.read if repeat else counts.repeated,
        "rows_set_aside": counts.set_aside,
        "notes": list(record.notes),
        "dates": list(record.dates),
        "error": None if repeat else record.error,
    }


def ingest_each(work: list[Work], workers: int) -> Iterable[dict[str, Any]]:
    """Ingest several files at the same time and yield their outcomes in order; the files share nothing."""
    if workers < 2:
        yield from map(_outcome, work)
        return
    load_validator()  # once here instead of in every worker
    # Forked workers inherit the imports and the key, which then need not travel through a pipe.
    _forked.extend(work)
    try:
        context = multiprocessing.get_context("fork")
        with ProcessPoolExecutor(workers, context, end_with_parent, (os.getpid(),)) as pool:
            yield from pool.map(_forked_outcome, range(len(work)))
    finally:
        _forked.clear()


_forked: list[Work] = []


def _forked_outcome(place: int) -> dict[str, Any]:
    return _outcome(_forked[place])


def _outcome(work: Work) -> dict[str, Any]:
    """Return the outcome; `waiting` or `failed`, with the reason, for a file that stays undecided.

    One such file says nothing of the others: they are ingested.
    """
    try:
        return ingest_one(work)
    except (TransientError, TerminalError) as error:
        _, contract, arrival, _ = work
        kind = "waiting" if isinstance(error, TransientError) else "failed"
        return {"partner": contract.id, "file": arrival.shown, "outcome": kind, "error": error.as_dict()}
