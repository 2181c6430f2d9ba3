"""Decisions in resolution: they win over rules, guards and scores, whether anything was known before or not."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa
import pytest

from warehouse.identity.decisions import DECIDED
from warehouse.identity.resolve import resolve
from warehouse.store.schemas import PERSONS

KEO = {"name_latin": "Keo Sovannarith", "police_id": "PN-204518", "birth_date": dt.date(1979, 3, 14), "sex": "male"}
TEP = {"name_latin": "Tep Chanmony", "police_id": "PN-330127", "birth_date": dt.date(1988, 11, 2), "sex": "female"}
ROS = {"name_latin": "Ros Virakboth", "police_id": "PN-918834", "birth_date": dt.date(1971, 6, 25), "sex": "male"}
PEOPLE = {"a": KEO, "b": KEO, "c": TEP, "d": ROS}
PERSONS_TABLE = pa.Table.from_pylist(
    [{"person_ref": ref, "partner_id": f"partner-{ref}", **said} for ref, said in PEOPLE.items()], schema=PERSONS
)


def decided(*rows: tuple[str, str, str]) -> pa.Table:
    return pa.Table.from_pylist([{"left": a, "right": b, "verdict": v} for a, b, v in rows], schema=DECIDED)


def groups(incremental: bool, *rows: tuple[str, str, str]) -> dict[str, tuple[str, str, str, str]]:
    known = resolve(PERSONS_TABLE).known if incremental else None
    found = resolve(PERSONS_TABLE, known, decided(*rows)).persons.to_pylist()
    names = ("strict_cluster", "cluster", "lenient_cluster", "method")
    return {row["person_ref"]: tuple(row[name] for name in names) for row in found}  # type: ignore[misc]


ALONE = {"c": ("c", "c", "c", "alone"), "d": ("d", "d", "d", "alone")}
LINKED = {"a": ("a", "a", "a", "police_id"), "b": ("a", "a", "a", "police_id")}


@pytest.fixture(params=[False, True], ids=["afresh", "after a run without the decision"])
def incremental(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


def test_without_a_decision_the_rule_joins_and_nothing_else_does(incremental: bool) -> None:
    assert groups(incremental) == LINKED | ALONE


def test_same_joins_persons_of_whom_no_pair_was_scored_whatever_the_guards_say(incremental: bool) -> None:
    joined = ("c", "c", "c", "decision")
    assert groups(incremental, ("c", "d", "same")) == LINKED | {"c": joined, "d": joined}


def test_not_same_holds_apart_whom_a_rule_joins_at_every_threshold(incremental: bool) -> None:
    found = groups(incremental, ("a", "b", "not same"))
    assert [found[ref][:3] for ref in "ab"] == [("a",) * 3, ("b",) * 3]


def test_a_decision_joins_whole_officers_and_pulls_nobody_out_of_theirs(incremental: bool) -> None:
    found = groups(incremental, ("b", "c", "same"))  # a is b by its id, and another sex and year than c
    assert {found[ref][:3] for ref in "abc"} == {("a", "a", "a")}
    assert found["d"] == ALONE["d"]


def test_who_is_joined_to_somebody_of_whom_nothing_is_known_does_not_open_the_guards(incremental: bool) -> None:
    nothing = pa.Table.from_pylist([{"person_ref": "e", "partner_id": "partner-e"}], schema=PERSONS)
    other = dict(KEO, sex="female", birth_date=dt.date(1990, 1, 1))  # the same id, and nobody else's person
    rows = [{"person_ref": ref, "partner_id": ref, **said} for ref, said in {"a": KEO, "b": other}.items()]
    table = pa.concat_tables([pa.Table.from_pylist(rows, schema=PERSONS), nothing])
    known = resolve(table).known if incremental else None
    found = resolve(table, known, decided(("a", "e", "same"))).persons
    assert found["cluster"].to_pylist() == ["a", "b", "a"]


def test_a_decision_about_somebody_who_is_not_there_changes_nothing(incremental: bool) -> None:
    assert groups(incremental, ("a", "z", "not same"), ("c", "z", "same")) == LINKED | ALONE
