"""Where persons were counted and what they were at the time: facts of bronze, which holds no direct identifier."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from warehouse.contract.entities import ENTITIES, has_people
from warehouse.store.home import Home

WHERE = ("partner_id", "programme_id", "event_id", "module_id", "province_of_training")
THEN = ("category", "sex", "rank", "unit", "province_of_duty")
COLUMNS = ("person_ref", *WHERE, *THEN, "day")
_DAYS = ("session_date", "enrolled_on", "assessed_on")


def appearances(home: Home, person_refs: Iterable[str]) -> pd.DataFrame:
    """Return the distinct appearances of these persons in accepted rows: :data:`COLUMNS` and `year`.

    What a row does not say is an empty text. Deliveries that a correction superseded are included: a person who
    stands in them only is counted nowhere, and is not in the crosswalk either.
    """
    wanted = pa.array(sorted(set(person_refs)), pa.string())
    tables = [_of_entity(home, entity, wanted) for entity in ENTITIES if has_people(entity)]
    rows: pd.DataFrame = pa.concat_tables(tables).to_pandas()
    found = rows.fillna("").drop_duplicates(ignore_index=True)
    return found.assign(year=found["day"].str[:4])


def latest(facts: pd.DataFrame) -> pd.DataFrame:
    """Return what each person was when last seen: one row per person_ref, the last known value of each column.

    `programme_id`, `event_id` and `module_id` are those of all appearances, joined.
    """
    ordered = facts.sort_values(["person_ref", "day", "event_id"])
    known = ordered.set_index("person_ref")[["partner_id", *THEN]]
    last = known.where(known != "").groupby(level=0).last().fillna("")
    for column in ("programme_id", "event_id", "module_id"):
        values = ordered[ordered[column] != ""].groupby("person_ref")[column].unique()
        last[column] = values.map(lambda found: ", ".join(sorted(found))).reindex(last.index).fillna("")
    return last


def _of_entity(home: Home, entity: str, wanted: pa.Array) -> pa.Table:
    schema = pa.schema([pa.field(name, pa.string()) for name in COLUMNS])
    files = _files(home, entity)
    if not files:
        return schema.empty_table()
    rows = ds.dataset(files, format="parquet")
    kept = [name for name in COLUMNS if name in rows.schema.names]
    day = next(name for name in _DAYS if name in rows.schema.names)
    found = rows.to_table(columns=[*kept, day], filter=pc.field("person_ref").isin(wanted))
    texts = {name: found[name] for name in kept} | {"day": found[day].cast(pa.string())}
    nothing = pa.nulls(len(found), pa.string())
    return pa.table([texts.get(name, nothing) for name in COLUMNS], schema=schema)


def deliveries_of(home: Home, person_refs: Iterable[str]) -> list[tuple[str, str]]:
    """Return partner and delivery id of every delivery in which one of these persons stands, in order."""
    wanted = pa.array(sorted(set(person_refs)), pa.string())
    found: set[tuple[str, str]] = set()
    for entity in ENTITIES:
        if has_people(entity) and (files := _files(home, entity)):
            rows = ds.dataset(files, format="parquet").to_table(
                columns=["partner_id", "delivery_id"], filter=pc.field("person_ref").isin(wanted)
            )
            found |= {
                (row["partner_id"], row["delivery_id"])
                for row in rows.group_by(rows.column_names).aggregate([]).to_pylist()
            }
    return sorted(found)


def _files(home: Home, entity: str) -> list[str]:
    return [str(file) for file in sorted((home.root / "bronze" / entity).glob("partner=*/*.parquet"))]
