"""What resolution knows of each person: one row per person_ref, from the opened vault and from bronze.

    vault/partner=*/<sha>.parquet.age ──unsealed in memory──┐
    bronze/{attendance,participant,assessment}/…  ──────────┴──► PERSONS, ordered by person_ref

Only deliveries that count are read: what a partner corrected is no evidence any more (law 10). Of several values the
latest known stands, by the days of the courses; of the same day the greatest. So neither the order of arrival nor of
rows decides anything (law 2). Nothing of this table is ever on a disk unsealed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from warehouse.contract.entities import ENTITIES, IDENTITY, has_people
from warehouse.store.database import open_memory
from warehouse.store.home import Home
from warehouse.store.keys import Keys
from warehouse.store.schemas import DAY_BITS, PERSONS, bronze
from warehouse.store.sealed import unseal_table

Deliveries = Sequence[tuple[str, str]]
DATED_BY = {"attendance": "session_date", "participant": "enrolled_on", "assessment": "assessed_on"}
DESCRIBED = tuple(c.name for c in ENTITIES["participant"] if c.name in PERSONS.names and not c.identifies)
IDENTIFYING = tuple(c.name for c in IDENTITY if c.name in PERSONS.names)
UNDATED = "0001-01-01"  # the day of a row without one: any row that has a day is later
# The number of an event is 32 bits of a hash, so that two events of one day are taken for one once in four thousand
# million.
DAY = f"least(greatest(session_date - date '1970-01-01', 0), {2**DAY_BITS - 1})"
COURSE_DAY = f"((hash(partner_id, programme_id, event_id) & {2**32 - 1})::bigint << {DAY_BITS}) | {DAY}"

# A person is written alike in nearly all deliveries: only of the others it matters which delivery was the latest.
_KNOWN = (
    ("known", f"select distinct person_ref, {', '.join(IDENTIFYING)} from vault"),  # noqa: S608 -- names of schemas
    ("several", "select person_ref from known group by all having count(*) > 1"),
)


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
        for table, query in (("seen", _each(files, _seen)), *_KNOWN, ("dated", _each(files, _dated))):
            database.execute(f"create table {table} as {query}")
        persons = database.execute(_persons()).to_arrow_table()
        days = database.execute(_course_days(files["attendance"])).to_arrow_table()
    place = pc.fill_null(pc.index_in(persons["person_ref"], days["person_ref"]), len(days))  # the last list is empty
    persons = persons.append_column("course_days", _distinct(days["course_days"].combine_chunks()).take(place))
    return persons.select(PERSONS.names).cast(PERSONS)


def _identities(home: Home, keys: Keys, deliveries: Deliveries) -> pa.Table:
    """Return the vault's rows of these deliveries with their delivery id.

    One thread reads them all: several wait for each other's memory and take four times the processor time.
    """
    fields = [PERSONS.field(name) for name in ("person_ref", *IDENTIFYING)]
    found = [pa.schema([*fields, pa.field("delivery_id", pa.dictionary(pa.int8(), pa.string()))]).empty_table()]
    for partner, delivery in deliveries:
        path = home.vault(partner, delivery)
        if path.exists():  # else a delivery without people, or all of them erased
            table = unseal_table(keys, path, [field.name for field in fields])
            same = pa.array(np.zeros(len(table), np.int8))
            found.append(table.append_column("delivery_id", pa.DictionaryArray.from_arrays(same, [delivery])))
    return pa.concat_tables(found, promote_options="default")  # older files lack the newer columns


def _each(files: Mapping[str, Sequence[Path]], query: Callable[[str, Sequence[Path]], str]) -> str:
    return " union all ".join(query(*entity) for entity in files.items())


def _seen(entity: str, paths: Sequence[Path]) -> str:
    """Return the query of who was described how, and when last: few rows per person, as that rarely changes."""
    names = bronze(entity).names
    described = [name if name in names else f"null::varchar as {name}" for name in DESCRIBED]
    return (
        f"select partner_id, person_ref, {', '.join(described)}, max({DATED_BY[entity]}) as day "  # noqa: S608 -- names of schemas
        f"from {_rows(entity, paths)} group by all"
    )


def _dated(entity: str, paths: Sequence[Path]) -> str:
    """Return the query of the last day in each delivery of those who are written in several ways: few, as a rule."""
    return (
        f"select delivery_id, person_ref, max({DATED_BY[entity]}) as day "  # noqa: S608 -- names of schemas
        f"from {_rows(entity, paths)} semi join several using (person_ref) group by all"
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
    identifying = ", ".join(IDENTIFYING)
    return f"""
        with dated as (
            select delivery_id, person_ref, coalesce(max(day)::text, '{UNDATED}') as day from dated group by all
        ),
        names as (
            select person_ref, {identifying}, max(day) as day
            from vault inner join dated using (delivery_id, person_ref) group by all
            union all
            select person_ref, {identifying}, '{UNDATED}' from known anti join several using (person_ref)
        ),
        identified as (select person_ref, {", ".join(map(_latest, IDENTIFYING))} from names group by person_ref),
        described as (
            select person_ref, min(partner_id) as partner_id, {", ".join(map(_latest, DESCRIBED))}
            from (select * replace (coalesce(day::text, '{UNDATED}') as day) from seen)
            group by person_ref
        )
        select * from described left join identified using (person_ref) order by person_ref
    """  # noqa: S608 -- names of schemas


def _course_days(paths: Sequence[Path]) -> str:
    """Return the query of where each person was present: on a list as absent, two persons may well be one."""
    return (
        f"select person_ref, list_sort(list({COURSE_DAY})) as course_days from {_rows('attendance', paths)} "  # noqa: S608 -- names of schemas
        "where status = 'present' group by person_ref"
    )


def _distinct(lists: pa.ListArray) -> pa.ListArray:
    """Return sorted lists of numbers with each number once, and an empty list after the last.

    DuckDB's own way takes three times as long.
    """
    numbers, lengths = lists.flatten().to_numpy(), np.asarray(lists.value_lengths())
    person = np.repeat(np.arange(len(lengths)), lengths)
    first = np.ones(len(numbers), bool)
    first[1:] = (numbers[1:] != numbers[:-1]) | (person[1:] != person[:-1])
    counts = np.bincount(person[first], minlength=len(lengths) + 1)
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), pa.array(numbers[first]))
