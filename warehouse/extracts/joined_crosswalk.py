"""Who is who where two runs of identity each know some of the persons."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from warehouse.contract.entities import ENTITIES, has_people
from warehouse.store.database import open_memory
from warehouse.store.schemas import CROSSWALK

# A person whom only the other run knows goes with the officer they were then: where everybody else of that officer is
# one officer now, that one; else they stay who they were.
_JOINED = """
    with others as (
        select * from other where person_ref not in (select person_ref from preferred)
    ),

    moved as (
        select then_.officer_key as former_key, min(now_.person_ref) as companion
        from other as then_
        inner join preferred as now_ on then_.person_ref = now_.person_ref
        group by then_.officer_key
        having count(distinct now_.officer_key) = 1
    ),

    joined as (
        select * from preferred
        union all
        select others.* replace (
            coalesce(companion.officer_key, others.officer_key) as officer_key,
            coalesce(companion.strict_key, others.strict_key) as strict_key,
            coalesce(companion.lenient_key, others.lenient_key) as lenient_key
        )
        from others
        left join moved on others.officer_key = moved.former_key
        left join preferred as companion on moved.companion = companion.person_ref
    )

    select * from joined where person_ref in (select person_ref from present) order by person_ref
"""


def join_crosswalks(preferred: pa.Table, other: pa.Table, bronze: Path) -> pa.Table:
    """Return one row for each person of some accepted rows.

    Args:
        preferred: Holds for the persons it knows.
        other: Holds for the rest.
        bronze: The folder of accepted rows whose persons are wanted.

    Returns:
        A table of the schema CROSSWALK, sorted by person.
    """
    place = str(bronze).replace("'", "''")
    persons = " union ".join(
        f"select person_ref from read_parquet('{place}/{entity}/*/*.parquet')"  # noqa: S608 -- own names
        for entity in ENTITIES
        if has_people(entity)
    )
    with open_memory() as connection:
        connection.register("preferred", preferred)
        connection.register("other", other)
        connection.execute(f"create temp table present as {persons}")
        return connection.execute(_JOINED).to_arrow_table().select(CROSSWALK.names).cast(CROSSWALK)
