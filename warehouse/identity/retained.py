"""Persons whose identifiers have expired stay the officer they were.

Bronze keeps their rows, the vault knows them no more, so nothing but the registry says who they are. Without this a
published count would rise by itself whenever identifiers expire.
"""

from __future__ import annotations

import functools

import pyarrow as pa
import pyarrow.compute as pc

from warehouse.identity.decisions import DECIDED
from warehouse.identity.persons import IDENTIFYING
from warehouse.store.database import open_memory

RETAINED = "retained"  # the method by which these persons came to their officer


def retained_links(persons: pa.Table, history: pa.Table, decisions: pa.Table) -> pa.Table:
    """Return links `same`, in the form of decisions, from each person without identifiers to one of their officer.

    That one is the smallest person with identifiers who had the same key last, else the smallest without. Whoever is
    the subject of a decision is left to it, so a link never contradicts one.

    Args:
        persons: Of schema PERSONS.
        history: The registry with the `sequence` of each row.
        decisions: left, right, verdict; those in force.
    """
    unknown = " and ".join(f"{name} is null" for name in IDENTIFYING)
    with open_memory() as database:
        for name, table in (("persons", persons), ("history", history), ("decisions", decisions)):
            database.register(name, table)
        found = database.execute(f"""
            with held as (
                select person_ref, arg_max(officer_key, sequence) as officer_key from history group by person_ref
            ),
            there as (
                select person_ref, officer_key, {unknown} as is_unknown from persons inner join held using (person_ref)
            ),
            anchors as (
                select officer_key,
                    coalesce(min(person_ref) filter (not is_unknown), min(person_ref)) as anchor
                from there group by officer_key
            ),
            links as (
                select least(person_ref, anchor) as "left", greatest(person_ref, anchor) as "right"
                from there inner join anchors using (officer_key)
                where is_unknown and person_ref <> anchor
                    and person_ref not in (select "left" from decisions union all select "right" from decisions)
            )
            select "left", "right", 'same' as verdict from links order by all
        """).to_arrow_table()  # noqa: S608 -- names of the schema
    return found.cast(DECIDED)


def retained_persons(persons: pa.Table, links: pa.Table) -> pa.Array:
    """Return which persons, in their order, stay with their officer by one of the links, not by what they are."""
    unknown = functools.reduce(pc.and_, (pc.is_null(persons[name]) for name in IDENTIFYING))
    linked = pa.concat_arrays([links["left"].combine_chunks(), links["right"].combine_chunks()])
    return pc.and_(unknown, pc.is_in(persons["person_ref"], linked))
