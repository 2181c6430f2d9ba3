"""Which key a cluster of persons takes: the one it overlaps most, of several the oldest, else a new one.

Pure: tables in, tables out. What holds is the last row of each person in the history of the registry; a person who
left keeps the key, so that whoever comes back is the same officer again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from warehouse.store.database import open_memory

Mint = Callable[[str, int], str]  # the smallest person_ref of a cluster and how often it was tried → a key
HISTORY = ("sequence", "event", "person_ref", "officer_key")


@dataclass(frozen=True)
class Assignment:
    """What a partition of persons does to the registry.

    Attributes:
        keys: person_ref and officer_key of every person of the partition, ordered.
        changes: event, person_ref, officer_key, former_key of every person whose officer changed, ordered.
        ended: Keys that somebody present had before, and nobody has now, and that went over into others.
        minted: Keys that were never given before.
    """

    keys: pa.Table
    changes: pa.Table
    ended: frozenset[str]
    minted: frozenset[str]


def assign(history: pa.Table, clusters: pa.Table, mint: Mint) -> Assignment:
    """Give each cluster a key.

    Args:
        history: Every row of the registry with the `sequence` of its file.
        clusters: person_ref and cluster, each person once; the cluster's label means nothing.
        mint: Makes a key; called with a rising number until the key was never given before.
    """
    with open_memory() as database:
        database.register("history", history.select(HISTORY))
        database.register("clusters", clusters)
        _hold(database)
        taken, free = _match(database)
        used = set(database.execute("select officer_key from ages").to_arrow_table()[0].to_pylist()) if free else set()
        minted = _mint(free, used, mint)
        given = {**taken, **minted}
        database.register("given", pa.table({"cluster": [*given], "officer_key": [*given.values()]}, schema=GIVEN))
        return _assignment(database, frozenset(minted.values()))


GIVEN = pa.schema([pa.field("cluster", pa.string()), pa.field("officer_key", pa.string())])


def _hold(database: duckdb.DuckDBPyConnection) -> None:
    """Make `held` (person_ref, officer_key, present), `ages` and `members` with the label that counts."""
    database.execute("""
        create table held as
        select person_ref, arg_max(officer_key, sequence) as officer_key, arg_max(event, sequence) <> 'left' as present
        from history group by person_ref
    """)
    database.execute("create table ages as select officer_key, min(sequence) as since from history group by all")
    # Whatever the labels are, the smallest person speaks for the cluster: what is done never depends on the labels.
    database.execute("""
        create table members as
        select clusters.person_ref, first.cluster
        from clusters
        inner join (select cluster as label, min(person_ref) as cluster from clusters group by all) as first
            on clusters.cluster = first.label
    """)


def _match(database: duckdb.DuckDBPyConnection) -> tuple[dict[str, str], list[str]]:
    """Return the key of each cluster that takes one, and the clusters that take none, ordered."""
    database.execute("""
        create table edges as
        select members.cluster, held.officer_key, count(*) as overlap
        from members inner join held using (person_ref) group by all
    """)
    edges = database.execute("""
        select cluster, officer_key,
            count(*) over (partition by cluster) = 1 and count(*) over (partition by officer_key) = 1 as alone
        from edges inner join ages using (officer_key)
        order by overlap desc, since, officer_key, cluster
    """).to_arrow_table()
    taken: dict[str, str] = {}
    given: set[str] = set()
    for cluster, key, alone in zip(*(column.to_pylist() for column in edges.columns), strict=True):
        if alone or (cluster not in taken and key not in given):
            taken[cluster] = key
            given.add(key)
    clusters = database.execute("select distinct cluster from members order by cluster").to_arrow_table()[0]
    return taken, [cluster for cluster in clusters.to_pylist() if cluster not in taken]


def _mint(clusters: Iterable[str], used: set[str], mint: Mint) -> dict[str, str]:
    made = {}
    for cluster in clusters:
        number = 0
        while (key := mint(cluster, number)) in used:
            number += 1
        used.add(key)
        made[cluster] = key
    return made


def _assignment(database: duckdb.DuckDBPyConnection, minted: frozenset[str]) -> Assignment:
    database.execute("""
        create table keys as
        select members.person_ref, given.officer_key from members inner join given using (cluster)
    """)
    database.register("new_keys", pa.table({"officer_key": pa.array(sorted(minted), pa.string())}))
    database.execute("create table living as select distinct officer_key from keys")
    changes = database.execute("""
        select
            case
                when keys.person_ref is null then 'left'
                when held.person_ref is null and new_keys.officer_key is not null then 'created'
                when held.person_ref is null then 'joined'
                when held.officer_key = keys.officer_key then 'returned'
                when living.officer_key is null then 'merged'
                else 'split'
            end as event,
            coalesce(keys.person_ref, held.person_ref) as person_ref,
            coalesce(keys.officer_key, held.officer_key) as officer_key,
            held.officer_key as former_key
        from keys
        full join held using (person_ref)
        left join new_keys on keys.officer_key = new_keys.officer_key
        left join living on held.officer_key = living.officer_key
        where (keys.person_ref is null and held.present)
            or (keys.person_ref is not null and (held.person_ref is null or not held.present))
            or keys.officer_key <> held.officer_key
        order by 2
    """).to_arrow_table()
    ended = database.execute("""
        select distinct held.officer_key
        from held inner join keys using (person_ref)
        where held.present and held.officer_key not in (select officer_key from living)
    """).to_arrow_table()
    keys = database.execute("select * from keys order by person_ref").to_arrow_table()
    return Assignment(keys, changes, frozenset(ended[0].to_pylist()), minted)
