"""Persons whose identifiers have expired stay the officer they were, unless somebody decided about them."""

from __future__ import annotations

import pyarrow as pa

from warehouse.identity.decisions import DECIDED
from warehouse.identity.registry import SEQUENCE
from warehouse.identity.retained import retained_links
from warehouse.store.schemas import PERSONS, REGISTRY

NOBODY = DECIDED.empty_table()


def links(known: dict[str, str | None], held: dict[str, str], decided: pa.Table = NOBODY) -> list[tuple[str, str]]:
    """The links between persons, given each one's name and last key."""
    persons = pa.Table.from_pylist([{"person_ref": p, "name_latin": n} for p, n in known.items()], schema=PERSONS)
    rows = [{"sequence": 1, "event": "created", "person_ref": p, "officer_key": "old"} for p in held]
    rows += [{"sequence": 2, "event": "split", "person_ref": p, "officer_key": key} for p, key in held.items()]
    history = pa.Table.from_pylist(rows, schema=REGISTRY.append(SEQUENCE))
    found = retained_links(persons, history, decided)
    assert set(found["verdict"].to_pylist()) <= {"same"}
    return [(row["left"], row["right"]) for row in found.to_pylist()]


def test_who_is_known_needs_no_link() -> None:
    assert links({"a": "Sok", "b": "Sok"}, {"a": "k", "b": "k"}) == []


def test_each_unknown_person_is_linked_to_the_smallest_known_one_of_the_officer() -> None:
    held = dict.fromkeys("abcd", "k") | {"e": "other"}
    assert links({"a": None, "b": "Sok", "c": "Sokh", "d": None, "e": None}, held) == [("a", "b"), ("b", "d")]


def test_where_nobody_is_known_any_more_they_stay_together() -> None:
    assert links({"a": None, "b": None, "c": None}, dict.fromkeys("abc", "k")) == [("a", "b"), ("a", "c")]


def test_who_was_never_an_officer_or_whose_officer_left_is_linked_to_nobody() -> None:
    assert links({"a": None, "b": None}, {"a": "k", "gone": "k"}) == []


def test_a_decision_comes_first() -> None:
    decided = pa.table([["a"], ["b"], ["not same"]], schema=DECIDED)
    assert links({"a": "Sok", "b": None, "c": None}, dict.fromkeys("abc", "k"), decided) == [("a", "c")]
