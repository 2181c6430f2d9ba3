"""Which officer a person of a delivery is: the crosswalk person_ref → officer_key.

Identity is applied after loading (law 6): bronze knows persons as each partner knows them, the crosswalk says who is
the same officer. This module is the only place that decides it, and the crosswalk the only relation that holds it.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from warehouse.contract.entities import ENTITIES, has_people
from warehouse.store.files import write_parquet
from warehouse.store.home import Home
from warehouse.store.schemas import CROSSWALK


def officer_keys(person_refs: pa.Array) -> pa.Array:
    """Return the officer key of each person.

    A person is known by what one partner says of them (`person_ref` is the keyed HMAC of the partner and its
    person id, or of the identity fields), so within a partner an officer is counted once.
    """
    return person_refs


def write_crosswalk(home: Home) -> int:
    """Write the crosswalk of all persons in bronze, ordered, and return how many there are."""
    files = [
        path
        for entity in ENTITIES
        if has_people(entity)
        for path in sorted((home.root / "bronze" / entity).glob("partner=*/*.parquet"))
    ]
    persons = pa.array([], pa.string())
    if files:
        column = ds.dataset([str(f) for f in files], format="parquet").to_table(columns=["person_ref"]).column(0)
        persons = pc.unique(column).sort()
    keys = officer_keys(persons)
    columns = {"person_ref": persons, "officer_key": keys, "strict_key": keys, "lenient_key": keys}
    columns |= {"method": pa.repeat("alone", len(persons)), "probability_band": pa.nulls(len(persons), pa.string())}
    columns |= {"partner_id": pa.nulls(len(persons), pa.string())}
    write_parquet(home, home.crosswalk, pa.table(columns, schema=CROSSWALK))
    return len(persons)
