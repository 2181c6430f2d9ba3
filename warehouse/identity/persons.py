"""What resolution knows of each person: one row per person_ref, from the opened vault and from bronze.

    vault/partner=*/<sha>.parquet.age ──unsealed in memory──┐
    bronze/{attendance,participant,assessment}/…  ──────────┴──► PERSONS, ordered by person_ref

Only deliveries that count are read: what a partner corrected is no evidence any more (law 10). Of several values the
latest known stands, by the days of the courses; of the same day the greatest. So neither the order of arrival nor of
rows decides anything (law 2). Nothing of this table is ever on a disk unsealed.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from warehouse.contract.entities import ENTITIES, IDENTITY, has_people
from warehouse.store.database import open_memory
from warehouse.store.home import Home
from warehouse.store.keys import Keys
from warehouse.store.schemas import PERSONS, bronze
from warehouse.store.sealed import unseal_table

Deliveries = Sequence[tuple[str, str]]
DATED_BY = {"attendance": "session_date", "participant": "enrolled_on", "assessment": "assessed_on"}
DESCRIBED = tuple(c.name for c in ENTITIES["participant"] if c.name in PERSONS.names and not c.identifies)
IDENTIFYING = tuple(c.name for c in IDENTITY if c.name in PERSONS.names)
UNDATED = "0001-01-01"  # the day of a row without one: any row that has a day is later
# A course day is a number until it is written out: 32 bits of a hash of partner, programme and event, and 16 bits of
# the day since 1970, so that two events of one day are taken for one once in four thousand million.
DAY_BITS = 16
DAY = f"least(greatest(session_date - date '1970-01-01', 0), {2**DAY_BITS - 1})"
COURSE_DAY = f"((hash(partner_id, programme_id, event_id) & {2**32 - 1})::bigint << {DAY_BITS}) | {DAY}"


def read_persons(home: Home, keys: Keys, deliveries: Deliveries) -> pa.Table:
    """Return one row per person of these deliveries, of schema PERSONS, ordered by person_ref.

    A person of bronze whom the vault does not know has no identifiers: resolution leaves them alone.

    Args:
        home: Whose vault and bronze.
        keys: Open the vault.
        deliveries: Partner and delivery id of each delivery that counts.

    Raises:
        SealBroken: A vault file cannot be opened: another key, or it was cut or changed.
    """
    files = {
        entity: [path for d in deliveries if (path := home.bronze(entity, *d)).exists()]
        for entity in ENTITIES
        if has_people(entity)
    }
    with open_memory() as database:
        database.register("vault", _identities(home, keys, deliveries))
        database.execute("create table seen as " + " union all ".join(_seen(*entity) for entity in files.items()))
        persons = database.execute(_persons()).to_arrow_table()
        days = database.execute(_course_days(files["attendance"])).to_arrow_table()
    place = pc.fill_null(pc.index_in(persons["person_ref"], days["person_ref"]), len(days))  # the last list is empty
    persons = persons.append_column("course_days", _listed(days["tokens"].combine_chunks()).take(place))
    return persons.select(PERSONS.names).cast(PERSONS)


def _identities(home: Home, keys: Keys, deliveries: Deliveries) -> pa.Table:
    """Return the vault's rows of these deliveries with their delivery id."""

    def opened(delivery: tuple[str, str]) -> pa.Table | None:
        path = home.vault(*delivery)
        if not path.exists():  # a delivery without people, or all of them erased
            return None
        table = unseal_table(keys, path)
        table = table.select([name for name in ("person_ref", *IDENTIFYING) if name in table.column_names])
        return table.append_column("delivery_id", pa.repeat(delivery[1], len(table)))

    fields = [PERSONS.field(name) for name in ("person_ref", *IDENTIFYING)]
    empty = pa.schema([*fields, pa.field("delivery_id", pa.string())]).empty_table()
    with ThreadPoolExecutor() as pool:
        found = [table for table in pool.map(opened, deliveries) if table is not None]
    return pa.concat_tables([empty, *found], promote_options="default")  # older files lack the newer columns


def _seen(entity: str, paths: Sequence[Path]) -> str:
    """Return the query of who stands in which delivery and as what: few rows per person, as that rarely changes."""
    names = bronze(entity).names
    described = [name if name in names else f"null::varchar as {name}" for name in DESCRIBED]
    return (
        f"select partner_id, delivery_id, person_ref, {', '.join(described)}, max({DATED_BY[entity]}) as day "  # noqa: S608 -- names of schemas
        f"from {_rows(entity, paths)} group by all"
    )


def _rows(entity: str, paths: Sequence[Path]) -> str:
    if not paths:
        typed = [f"null::{'date' if f.type == pa.date32() else 'varchar'} as {f.name}" for f in bronze(entity)]
        return f"(select {', '.join(typed)} where false)"
    files = ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths)
    return f"read_parquet([{files}], hive_partitioning = false)"


def _latest(column: str) -> str:
    """Return the latest known value of a column; `unknown` is not known."""
    dated = f"max(day || nullif({column}::text, 'unknown'))"
    return f"substr({dated}, {len(UNDATED) + 1})::{_type(column)} as {column}"


def _type(column: str) -> str:
    return {pa.date32(): "date", pa.int32(): "integer"}.get(PERSONS.field(column).type, "varchar")


def _persons() -> str:
    described, identifying = ", ".join(DESCRIBED), ", ".join(IDENTIFYING)
    day = f"coalesce(max(day)::text, '{UNDATED}') as day"
    # What was said is gathered before it is dated: a person is described alike in nearly all of their deliveries.
    return f"""
        with days as (select delivery_id, person_ref, max(day) as day from seen group by all),
        names as (
            select person_ref, {identifying}, {day}
            from vault inner join days using (delivery_id, person_ref) group by all
        ),
        identified as (select person_ref, {", ".join(map(_latest, IDENTIFYING))} from names group by person_ref),
        descriptions as (select person_ref, partner_id, {described}, {day} from seen group by all),
        described as (
            select person_ref, min(partner_id) as partner_id, {", ".join(map(_latest, DESCRIBED))}
            from descriptions
            group by person_ref
        )
        select * from described left join identified using (person_ref) order by person_ref
    """  # noqa: S608 -- names of schemas


def _course_days(paths: Sequence[Path]) -> str:
    """Return the query of where each person was present: on a list as absent, two persons may well be one."""
    return (
        f"select person_ref, list_sort(list({COURSE_DAY})) as tokens from {_rows('attendance', paths)} "  # noqa: S608 -- names of schemas
        "where status = 'present' group by person_ref"
    )


def _listed(tokens: pa.ListArray) -> pa.ListArray:
    """Return sorted lists of numbers as lists of distinct texts `event|yyyy-mm-dd`, and an empty list after the last.

    DuckDB's own way takes three times as long.
    """
    values, lengths = tokens.flatten(), np.asarray(tokens.value_lengths())
    person, numbers = np.repeat(np.arange(len(lengths)), lengths), values.to_numpy()
    first = np.ones(len(numbers), bool)
    first[1:] = (numbers[1:] != numbers[:-1]) | (person[1:] != person[:-1])
    counts = np.bincount(person[first], minlength=len(lengths) + 1)
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    found = values.filter(pa.array(first)).dictionary_encode()
    return pa.ListArray.from_arrays(pa.array(offsets), _written(found.dictionary).take(found.indices))


def _written(numbers: pa.Array) -> pa.Array:
    """Return course days as texts: resolution reads the day at their end."""
    events = pc.cast(pc.shift_right(numbers, DAY_BITS), pa.string())
    days = pc.cast(pc.bit_wise_and(numbers, 2**DAY_BITS - 1), pa.int32()).cast(pa.date32())
    return pc.binary_join_element_wise(events, pc.cast(days, pa.string()), "|")
