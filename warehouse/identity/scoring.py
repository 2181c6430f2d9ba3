"""Candidate pairs and their match weights: Splink on DuckDB, predicting with the committed model.

    features of persons known + new  --predict_between, predict_within-->  pairs of (row, row, weight)

Only pairs with a new person are made. A weight depends on the two persons and the model, never on who else is there.
The database is in memory and may not spill: features hold direct identifiers.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from splink import DuckDBAPI, Linker

from warehouse.identity.frequencies import QUARTER_BITS
from warehouse.identity.model import Model
from warehouse.identity.settings import DETERMINISTIC, RARITIES
from warehouse.store.database import open_memory

PAIRS = pa.schema(
    [
        pa.field("left", pa.string()),
        pa.field("right", pa.string()),
        pa.field("match_weight", pa.float64()),  # bits; the prior is in it
        pa.field("probability", pa.float64()),
        pa.field("link", pa.string()),  # the deterministic rule that joins the two; else null
    ]
)
_FINEST = 64 * QUARTER_BITS  # a name rarer than 2^-64 does not exist
logging.getLogger("splink").setLevel(logging.ERROR)  # its log lines quote settings; ours is the account of a run


@contextmanager
def linker(connection: duckdb.DuckDBPyConnection, table: str, settings: dict[str, Any]) -> Iterator[Linker]:
    """Hand out a Splink linker over a table or view of this connection that holds features and `unique_id`."""
    api = DuckDBAPI(connection=connection)
    linking = Linker(api.register(table), settings, log_level=None, validate_settings=False)
    for column in RARITIES:
        steps = np.arange(_FINEST)
        shares = pa.table({column: pa.array(steps, pa.int32()), f"tf_{column}": 2.0 ** (-steps / QUARTER_BITS)})
        linking.table_management.register_term_frequency_lookup(api.register(shares), column)
    yield linking


_LINKS = " union all ".join(
    f"select l.unique_id as l, r.unique_id as r, '{rule.name}' as link from numbered l join numbered r"  # noqa: S608
    f" on {rule.sql} where l.unique_id < r.unique_id and (l.is_new or r.is_new)"
    for rule in DETERMINISTIC
)
_WITH_LINKS = f"""
    with links as (select l, r, min(link) as link from ({_LINKS}) group by l, r)
    select l, r, match_weight, link from scored full join links using (l, r) order by l, r
"""  # noqa: S608


def score(features: pa.Table, new: pa.Array, model: Model) -> pa.Table:
    """Return the pairs worth keeping in which at least one person is new.

    Args:
        features: Rows of `features.FEATURES`, ascending by `person_ref`.
        new: Per row, whether its pairs are to be made.
        model: Its numbers, and the weight below which a pair is not kept.

    Returns:
        Table `PAIRS`, ascending by left and right; left < right.
    """
    numbered = features.append_column("unique_id", pa.array(np.arange(len(features)))).append_column("is_new", new)
    with open_memory() as connection:
        connection.register("numbered", numbered)
        for name, condition in (("persons_known", "not is_new"), ("persons_new", "is_new")):
            connection.execute(f"create view {name} as select * exclude is_new from numbered where {condition}")
        with linker(connection, "persons_new", model.splink) as linking:
            found = [_predict(linking, connection, model.thresholds.kept)]
            if pc.any(pc.invert(new)).as_py():
                found.append(_predict(linking, connection, model.thresholds.kept, "persons_known"))
        scored = pa.concat_tables(found)
        connection.register("scored", scored)
        linked = connection.execute(_WITH_LINKS).to_arrow_table()
    return _named(linked, features["person_ref"])


def _predict(linking: Linker, connection: duckdb.DuckDBPyConnection, kept: float, known: str | None = None) -> pa.Table:
    api = linking._db_api
    new = api.register("persons_new")
    options: dict[str, Any] = {"threshold_match_weight": kept, "warning_mode": "never"}
    if known is None:
        predicted = linking.inference.predict_within(new, **options)
    else:
        predicted = linking.inference.predict_between(api.register(known), new, **options)
    columns = "least(unique_id_l, unique_id_r) as l, greatest(unique_id_l, unique_id_r) as r, match_weight"
    return connection.execute(f"select {columns} from {predicted.physical_name}").to_arrow_table()  # noqa: S608


def _named(pairs: pa.Table, person_ref: pa.ChunkedArray) -> pa.Table:
    """Return pairs of rows as `PAIRS`. A link that scored below what is kept stands at no evidence either way."""
    refs = person_ref.combine_chunks()
    # Weights are sums of a dozen numbers; the sixth decimal is beyond what any of them knows.
    weight = pc.round(pc.fill_null(pairs["match_weight"], 0.0), 6)
    probability = pc.divide(1.0, pc.add(1.0, pc.power(2.0, pc.negate(weight))))
    columns = [refs.take(pairs["l"]), refs.take(pairs["r"]), weight, probability, pairs["link"]]
    return pa.table(columns, schema=PAIRS)
