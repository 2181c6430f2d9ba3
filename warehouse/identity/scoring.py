"""Candidate pairs and their match weights: Splink on DuckDB, predicting with the committed model.

    features of persons known + new  --blocking rules, reach-->  candidate pairs  --Splink's predict-->  match weights

Only pairs with a new person are made. A weight depends on the two persons and the model, never on who else is there.
The database is in memory and may not spill: features hold direct identifiers.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from splink import DuckDBAPI, Linker

from warehouse.identity.blocking import DETERMINISTIC
from warehouse.identity.frequencies import QUARTER_BITS
from warehouse.identity.model import RULES, Model
from warehouse.identity.reach import can_reach
from warehouse.identity.settings import RARITIES
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
_NOT_COMPARED = ["person_ref", "record_hash", "course_days"]  # Splink copies every column it is given, twice
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


def _joined(rules: Iterable[tuple[str, str]], everything: bool) -> str:
    """Return SQL for the pairs that rules find: each new person against all.

    Args:
        rules: What to tell of the pair (an SQL expression), and the condition.
        everything: All persons are new: half of the joins would only repeat the other half.
    """
    news, order = ("numbered", "<") if everything else ("newcomers", "<>")
    return " union all ".join(
        f"select least(l.unique_id, r.unique_id) as l, greatest(l.unique_id, r.unique_id) as r, {told} as told"  # noqa: S608
        f" from {news} l join numbered r on {sql} where l.unique_id {order} r.unique_id"
        for told, sql in rules
    )


def candidates(rules: Iterable[str], everything: bool) -> str:
    """Return SQL for the candidate pairs, each once, of the tables `numbered` and `newcomers`."""
    joined = _joined((("0", rule) for rule in rules), everything)
    return f"select distinct l, r from ({joined})"  # noqa: S608


def score(features: pa.Table, new: pa.Array, model: Model) -> pa.Table:
    """Return the pairs worth keeping in which at least one person is new.

    Splink scores; the candidate pairs are made here, by the same rules. Splink leaves a pair to the first rule that
    finds it by asking of every pair whether an earlier rule holds; joining each rule and taking each pair once is twice
    as fast on a million persons, and starts from the new ones when they are few.

    Args:
        features: Rows of `features.FEATURES`, ascending by `person_ref`.
        new: Per row, whether its pairs are to be made.
        model: Its numbers, and the weight below which a pair is not kept.

    Returns:
        Table `PAIRS`, ascending by left and right; left < right.
    """
    numbers = pa.array(np.arange(len(features), dtype=np.int32))
    everything = bool(pc.all(new).as_py())
    settings = model.among(len(features))
    blocks = candidates((rule["blocking_rule"] for rule in settings[RULES]), everything)
    links = _joined(((f"'{rule.name}'", rule.sql) for rule in DETERMINISTIC), everything)
    reach = can_reach(settings, model.thresholds.kept)
    looked_at = sorted({"is_new", *re.findall(r"\b[lr]\.(\w+)", f"{blocks} {links} {reach}")})
    with open_memory() as connection:
        given = features.drop_columns(_NOT_COMPARED).append_column("unique_id", numbers).append_column("is_new", new)
        connection.register("given", given)
        connection.execute(f"create table numbered as select {', '.join(looked_at)} from given")  # noqa: S608
        if not everything:
            connection.execute("create table newcomers as select * from numbered where is_new")
        connection.execute(_CANDIDATES.format(blocks=blocks, reach=reach))
        connection.execute(f"create table links as select l, r, min(told) as link from ({links}) group by all")  # noqa: S608
        connection.execute("drop table numbered; drop table found")
        met = given if everything else given.take(connection.execute(_ENDS).to_arrow_table()["row"])
        connection.register("met", met.drop_columns("is_new"))
        with linker(connection, "met", settings) as linking:
            linking.table_management.register_blocked_pairs_for_predict(linking._db_api.register("candidates"))
            scored = linking.inference.predict(
                threshold_match_weight=model.thresholds.kept, warning_mode="never"
            ).physical_name
        found = connection.execute(_KEPT.format(scored=scored)).to_arrow_table()
    return _named(found, features["person_ref"])


# Two statements: planned as one they take half as long again.
_CANDIDATES = """
    create table found as {blocks};
    create table candidates as
    select '0' as match_key, found.l as join_key_l, found.r as join_key_r
    from found
    inner join numbered as l on found.l = l.unique_id
    inner join numbered as r on found.r = r.unique_id
    where {reach}
"""
_ENDS = "select join_key_l as row from candidates union select join_key_r from candidates order by row"
_KEPT = """
    with weights as (
        select least(unique_id_l, unique_id_r) as l, greatest(unique_id_l, unique_id_r) as r, match_weight from {scored}
    )
    select l, r, match_weight, link from weights full join links using (l, r) order by l, r
"""


def _named(pairs: pa.Table, person_ref: pa.ChunkedArray) -> pa.Table:
    """Return pairs of rows as `PAIRS`. A link that scored below what is kept stands at no evidence either way."""
    refs = person_ref.combine_chunks()
    # Weights are sums of a dozen numbers; the sixth decimal is beyond what any of them knows.
    weight = pc.round(pc.fill_null(pairs["match_weight"], 0.0), 6)
    probability = pc.divide(1.0, pc.add(1.0, pc.power(2.0, pc.negate(weight))))
    columns = [refs.take(pairs["l"]), refs.take(pairs["r"]), weight, probability, pairs["link"]]
    return pa.table(columns, schema=PAIRS)
