"""What an identify run found, in numbers: `identity/summary.parquet`, which quality.identity is made of.

| measure | label | what is counted |
|---|---|---|
| persons | | person_refs in active deliveries |
| officers, officers_strict, officers_lenient | | different officers by the published, strict and lenient threshold |
| officers_by_size | 1, 2, 3, 4, 5-9, 10+ | officers by the number of their person_refs |
| officers_of_several_partners | | officers whom more than one partner lists |
| persons_linked | | person_refs that share their officer with another |
| persons_by_method, persons_by_band | method, band | person_refs by how they came to their officer, and how surely |
| pairs_scored, pairs_uncertain | | pairs looked at; those that the strict and the lenient threshold decide otherwise |
| persons_changed | event | person_refs whose officer changed in the last run that changed anything |
| officers_ended | | keys nobody has any more since then |

Each stands once over all partners and, where it makes sense, once per partner: an officer of two partners counts in
both, so partners are never added up (law 8). The numbers follow from the crosswalk, the pairs and the registry, so a
run that changes nothing leaves the same file.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import pyarrow as pa

from warehouse.identity.registry import NOTHING, Entry
from warehouse.store.database import open_memory
from warehouse.store.schemas import IDENTITY_SUMMARY

PER_PARTNER = "group by grouping sets ((), (partner_id))"
COUNTED = {
    "persons": "count(*)",
    "officers": "count(distinct officer_key)",
    "officers_strict": "count(distinct strict_key)",
    "officers_lenient": "count(distinct lenient_key)",
    "officers_of_several_partners": "count(distinct case when partners > 1 then officer_key end)",
    "persons_linked": "count(case when persons > 1 then 1 end)",
}
SIZE = """case when persons < 5 then persons::varchar when persons < 10 then '5-9' else '10+' end"""


def summarise(crosswalk: pa.Table, pairs: pa.Table, entries: Sequence[Entry]) -> pa.Table:
    """Return the summary, of schema IDENTITY_SUMMARY, ordered.

    Args:
        crosswalk: Of schema CROSSWALK.
        pairs: left, right of every scored pair.
        entries: All files of the registry.
    """
    last, before = (entries or [NOTHING])[-1], (entries[-2:-1] or [NOTHING])[0]
    with open_memory() as database:
        database.register("crosswalk", crosswalk)
        database.register("pairs", pairs.select(["left", "right"]))
        database.register("changes", last.rows)
        database.execute("""
            create table placed as
            select crosswalk.*, officers.persons, officers.partners
            from crosswalk inner join (
                select officer_key, count(*) as persons, count(distinct partner_id) as partners
                from crosswalk group by officer_key
            ) as officers using (officer_key)
        """)
        selects = [*_counts(), *_shares(), *_pairs(database), *_changes()]
        query = " union all ".join(f"({select})" for select in selects)
        found = database.execute(f"""
            select measure, partner_id, label, value::bigint as value,
                case
                    when partner_id is not null then null
                    when measure = 'persons' then {before.persons}
                    when measure = 'officers' then {before.officers}
                end as previous
            from ({query}) order by all
        """).to_arrow_table()  # noqa: S608 -- constants and two integers
    return found.cast(IDENTITY_SUMMARY)


def _counts() -> list[str]:
    return [
        f"select '{measure}' as measure, partner_id, null as label, {count} as value from placed {PER_PARTNER}"  # noqa: S608 -- constants
        for measure, count in COUNTED.items()
    ]


def _shares() -> list[str]:
    by = {"persons_by_method": "method", "persons_by_band": "probability_band"}
    return [
        *(
            f"select '{measure}', partner_id, {column}, count(*) from placed where {column} is not null "  # noqa: S608 -- constants
            f"group by grouping sets (({column}), ({column}, partner_id))"
            for measure, column in by.items()
        ),
        f"select 'officers_by_size', null, {SIZE}, count(distinct officer_key) from placed group by all",  # noqa: S608 -- constants
    ]


def _pairs(database: duckdb.DuckDBPyConnection) -> list[str]:
    """Return the queries of pairs; within a partner's count a pair of two partners stands for both."""
    database.execute("""
        create table decided as
        select l.partner_id as left_partner, r.partner_id as right_partner,
            l.strict_key <> r.strict_key and l.lenient_key = r.lenient_key as is_uncertain
        from pairs
        inner join crosswalk as l on pairs."left" = l.person_ref
        inner join crosswalk as r on pairs."right" = r.person_ref
    """)
    sides = "select unnest(list_distinct([left_partner, right_partner])) as partner_id, is_uncertain from decided"
    uncertain = "count(case when is_uncertain then 1 end)"
    return [
        f"select '{measure}', {partner}, null, {count} from {relation} {group}"  # noqa: S608 -- constants
        for measure, count in (("pairs_scored", "count(*)"), ("pairs_uncertain", uncertain))
        for partner, relation, group in (("null", "decided", ""), ("partner_id", f"({sides})", "group by partner_id"))
    ]


def _changes() -> list[str]:
    ended = """
        select 'officers_ended', null, null, count(distinct former_key) from changes
        where event in ('merged', 'split', 'left') and former_key not in (select officer_key from crosswalk)
    """
    return ["select 'persons_changed', null, event, count(*) from changes group by event", ended]
