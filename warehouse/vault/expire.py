"""Retention: what identifies persons who were not seen for some years is removed; their rows, under a pseudonym, stay.

Who comes to a training again is seen again, with the identifiers of that delivery.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from warehouse.store import ledger
from warehouse.store.here import day_here
from warehouse.store.home import Home
from warehouse.store.keys import Keys
from warehouse.store.locks import vault_alone, writer_lock
from warehouse.store.sealed import unseal_identities
from warehouse.vault import journal as journals
from warehouse.vault.erase import begun, carry_out
from warehouse.vault.persons import bronze_files, crosswalk, vault_files

DAYS = ("session_date", "assessed_on", "enrolled_on", "withdrawn_on")  # on which a person was seen


def expire(
    home: Home, keys: Keys, years: int, as_of: date, today: str, on_step: Callable[[str], None] = lambda _: None
) -> list[dict[str, Any]]:
    """Remove the identifiers of persons last seen before the day `years` before `as_of`.

    An officer is kept as a whole: who was seen lately by one partner keeps what an earlier one said of them.

    Args:
        home: Whose vault.
        keys: Open and seal the vault.
        years: How long identifiers are kept after the person was last seen.
        as_of: The day from which the years count back.
        today: The day it is done, as ISO text.
        on_step: Told what is being done.

    Returns:
        One report for each erasure that was carried out, as of `erase`; none where nobody's time is up.

    Raises:
        SealBroken: A sealed file cannot be opened.
        BronzeLost: Ingest has something to do first.
        WriterBusy: Somebody is building; try again.
    """
    with writer_lock(home, "vault expire"), vault_alone(home):
        reports = [carry_out(home, keys, journal, on_step) for journal in begun(home, keys)]
        on_step("looking who was seen when")
        persons = _identified(home, keys) & _not_seen_since(home, years_before(as_of, years))
        if not persons:
            return reports
        journal = journals.begin(home, keys, "expired", persons, today, on_step=on_step)
        return [*reports, carry_out(home, keys, journal, on_step)]


def years_before(day: date, years: int) -> date:
    """Return the same day some years before; 1 March where there is no 29 February."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return date(day.year - years, 3, 1)


def _identified(home: Home, keys: Keys) -> set[str]:
    columns = (unseal_identities(keys, path).column("person_ref") for path in vault_files(home))
    return {ref for column in columns for ref in pc.unique(column).to_pylist()}


def _not_seen_since(home: Home, day: date) -> set[str]:
    """Return the persons whose officer nobody saw on that day or later."""
    seen = _last_seen(home)
    officer_of = dict(crosswalk(home))
    latest: dict[str, date] = {}
    for person, last in seen.items():
        officer = officer_of.get(person, person)
        latest[officer] = max(latest.get(officer, last), last)
    return {person for person in seen if latest[officer_of.get(person, person)] < day}


def _last_seen(home: Home) -> dict[str, date]:
    """Return when each person was last seen; by the time of the file where its rows have no day."""
    seen: dict[str, date] = {}
    for path in bronze_files(home):
        if not (record := ledger.read(home, path.stem)):
            continue
        arrived = min(delivery.modified_ns for delivery in record.deliveries) // 10**9
        rows = pq.ParquetFile(path).read()
        days = [rows.column(name) for name in DAYS if name in rows.column_names]
        file_day = pa.scalar(day_here(datetime.fromtimestamp(arrived, UTC)))
        last = pc.fill_null(pc.max_element_wise(*days), file_day)
        grouped = (
            pa.table({"person": rows.column("person_ref"), "day": last}).group_by("person").aggregate([("day", "max")])
        )
        for person, day in zip(grouped["person"].to_pylist(), grouped["day_max"].to_pylist(), strict=True):
            seen[person] = max(seen.get(person, day), day)
    return seen
