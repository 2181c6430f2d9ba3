"""Whether a person is the one of the last run: a digest of everything that was written of them, and of the model."""

from __future__ import annotations

import pyarrow as pa

from warehouse.store.database import open_memory
from warehouse.store.schemas import PERSONS

_COLUMNS = ", ".join(
    f"coalesce(cast({f'hash({field.name})' if pa.types.is_list(field.type) else field.name} as varchar), '')"
    for field in PERSONS
)


def record_hashes(persons: pa.Table, fingerprint: str) -> pa.Array:
    """Return one digest per person: another record or another model, another digest.

    Args:
        persons: Rows of `store.schemas.PERSONS`.
        fingerprint: Of the model.
    """
    with open_memory() as connection:
        connection.register("persons", persons)
        connection.execute("set preserve_insertion_order = true")
        query = f"select md5(concat_ws(chr(31), ?, {_COLUMNS})) as digest from persons"  # noqa: S608
        digests = connection.execute(query, [fingerprint]).to_arrow_table()
    return digests["digest"].combine_chunks()
