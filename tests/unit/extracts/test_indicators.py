"""Each indicator beyond persons reached and trained, over tables small enough to count by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.extracts.marts_for_tests import MODULES, Row, agreement, completion, figures, value
from warehouse.transform.compiled import Models

COLUMNS = ("value", "undecided", "not_met")


def one(
    models: Models, indicator: str, rows: Sequence[Row], groups: Sequence[list[str]] = (), **tables: Any
) -> list[Row]:
    """Return the figures of one indicator over completions and other tables."""
    agreed = agreement({"id": indicator, "disaggregations": groups}, **tables.pop("terms", {}))
    return figures(models, {"fct_module_completion": rows, **tables}, agreed)


def triple(rows: Sequence[Row], window: str = "period", **cell: str) -> tuple[Any, ...]:
    return tuple(value(rows, window, column, **cell) for column in COLUMNS)


def test_a_training_of_several_modules_is_one(models: Models) -> None:
    rows = [
        completion("a", "e1", "m1"),
        completion("a", "e1", "m2"),
        completion("a", "e1", "m3", sessions_attended=0, sessions_absent=5),
        completion("a", "e2", "m1", sessions_attended=0),
        completion("b", "e1", "m1", sessions_attended=0, sessions_absent=5),
    ]
    assert triple(one(models, "person_trainings", rows)) == (1, 1, 1)
    assert triple(one(models, "module_completions", rows)) == (2, 1, 2)
    by_module = one(models, "person_trainings", rows, [["module_id"]])
    assert [value(by_module, module_id=module) for module in ("m1", "m2")] == [1, 1]


def test_the_undecided_stand_beside_the_rate(models: Models) -> None:
    rows = [completion("a"), completion("b"), completion("c", sessions_attended=0, sessions_absent=5)]
    rate = one(models, "completion_rate", [*rows, completion("d", sessions_attended=0)])
    assert triple(rate) == (Decimal("66.6667"), 1, 1)
    assert (value(rate, column="numerator"), value(rate, column="denominator")) == (2, 3)


def test_hours_nobody_stated_are_undecided(models: Models) -> None:
    unstated = completion("b", hours_planned=None, hours_attended=None)
    assert triple(one(models, "contact_hours", [completion("a"), unstated])) == (10, 1, None)
    assert triple(one(models, "contact_hours", [unstated])) == (None, 1, None)
    assert triple(one(models, "contact_hours", [])) == (0, 0, None)


def test_who_is_of_unknown_sex_is_no_man(models: Models) -> None:
    rows = [completion("a"), completion("b", sex="male"), completion("c", sex="male"), completion("d", sex="unknown")]
    assert triple(one(models, "share_of_women", rows)) == (Decimal("33.3333"), 1, 2)
    assert value(one(models, "share_of_women", rows[3:]), column="status") == "not_applicable"


def results(officer: str, before: int | None, after: int | None, module: str = "m1") -> Row:
    scores = {"pre_score": before, "pre_maximum": 10, "post_score": after, "post_maximum": 20}
    return completion(officer, "e1", module, **scores)


def test_gains_compare_the_same_people_in_the_same_module(models: Models) -> None:
    """a gains 30 points in one module and 10 in another: 20; b gains 40; c and d have one result only."""
    rows = [
        results("a", 5, 16),
        results("a", 4, 10, "m2"),
        results("b", 1, 10),
        results("c", 0, None),
        results("d", None, 20),
    ]
    gains = one(models, "learning_gain", rows, terms={"learning_gain_match_percent": 60})
    assert value(gains) == 30
    assert [value(gains, column=n) for n in ("n_pre", "n_post", "n_matched", "status")] == [3, 3, 2, "shown"]
    gains = one(models, "learning_gain", rows, terms={"learning_gain_match_percent": 67})
    assert [value(gains, column=n) for n in ("value", "numerator", "n_pre", "n_matched", "status")] == [
        *(None, None, 3, 2, "withheld"),
    ]
    assert value(one(models, "learning_gain", rows[3:]), column="status") == "withheld"
    assert value(one(models, "learning_gain", []), column="status") == "not_applicable"


NUMBERED = {
    "dim_module_crosswalk": [
        {"programme_id": "part", "module_id": module, "module_number": number}
        for number, module in enumerate(("m1", "m2", "m3"), 1)
    ]
}
FIRST, SECOND = {"held_on": date(2023, 12, 1)}, {"held_on": date(2024, 2, 1)}


def test_a_programme_is_completed_across_deliveries(models: Models) -> None:
    rows = [
        *(completion("done", f"x{m}", m, **(FIRST if m == "m1" else SECOND)) for m in ("m1", "m2", "m3")),
        *(completion("long ago", f"y{m}", m, **FIRST) for m in ("m1", "m2", "m3")),
        completion("open", "e1", "m1", **FIRST),
        completion("open", "e2", "m2", sessions_attended=0, **SECOND),
        completion("open", "e3", "m3", **SECOND),
        completion("short", "e2", "m2", **SECOND),
        completion("elsewhere", "e9", "m1", programme_id="tot", **SECOND),
    ]
    completers = one(models, "programme_completers", rows, [["sex"]], **NUMBERED)
    assert triple(completers) == (1, 1, 1)
    assert triple(completers, "cumulative") == (2, 1, 1)
    assert value(completers, sex="female") == 1
    progress = one(models, "programme_progress", rows, **NUMBERED)
    assert (value(progress, column="numerator"), value(progress, column="denominator")) == (3 + 2 + 1, 9)
    assert triple(progress) == (Decimal("66.6667"), 1, 2)


def test_coverage_counts_provinces_and_pairs(models: Models) -> None:
    rows = [
        completion("a", "e1", "m1", province_of_duty="01"),
        completion("b", "e1", "m1", province_of_duty="01"),
        completion("c", "e1", "m2", province_of_duty="02", sessions_attended=0),
        completion("d", "e1", "m2", province_of_duty=None),
        completion("e", "e1", "unspecified", province_of_duty="03"),
    ]
    provinces = one(models, "provinces_covered", rows, [["sex"], ["province_of_duty"]])
    assert triple(provinces) == (2, 1, 22)
    assert [triple(provinces, province_of_duty=code) for code in ("01", "02", "04")] == [
        (1, 0, 0),
        (0, 1, 0),
        (0, 0, 1),
    ]
    assert triple(provinces, sex="male") == (0, 0, 25)
    gap = one(models, "coverage_gap", rows, [["province_of_duty"], ["module_id"], ["topic"]])
    assert triple(gap) == (48, 1, 1)
    assert triple(gap, province_of_duty="01") == (1, 0, 1)
    assert triple(gap, module_id="m2") == (24, 1, 0)
    assert triple(gap, topic="law") == (48, 1, 1)


COURSE = {"programme_id": "tot", "sessions_planned": 1, "held_on": date(2023, 10, 18), "hours_planned": 2}


def course(officer: str, missed: int) -> list[Row]:
    """A course of five modules of a session each, the last of which the person missed."""
    came = [int(n <= 5 - missed) for n in range(1, 6)]
    return [
        completion(officer, "t1", f"m{n}", **COURSE, sessions_attended=there, sessions_absent=1 - there)
        for n, there in enumerate(came, 1)
    ]


COURSE_MODULES = [{**MODULES[0], "module_id": module} for module in ("m4", "m5")]
TAUGHT = {"dim_module": [*MODULES, *COURSE_MODULES]}


def test_a_course_that_certifies_is_judged_as_a_whole(models: Models) -> None:
    rows = [*course("x", 1), *course("y", 2), *course("z", 0)[:4]]
    certified = one(models, "national_trainers_certified", rows, [["sex"]], **TAUGHT)
    assert triple(certified, "cumulative") == (2, 0, 1)
    assert triple(certified, "cumulative", sex="female") == (2, 0, 1)
    assert triple(certified) == (0, 0, 0)
    undecided = one(models, "national_trainers_certified", [*rows, *course("w", 0)[:3]], **TAUGHT)
    assert triple(undecided, "cumulative") == (2, 1, 1)


@pytest.mark.parametrize("indicator", ["national_trainers_active", "persons_trained_by_national_trainers"])
def test_where_no_list_names_a_trainer_nobody_can_say_who_taught(models: Models, indicator: str) -> None:
    got = one(models, indicator, [*course("x", 0), completion("a")], **TAUGHT)
    assert triple(got) == (None, None, None)
    assert value(got, column="status") == "not_applicable"


def test_national_trainers_listed_as_trainers_are_active(models: Models) -> None:
    rows = [
        *course("x", 0),
        *course("y", 2),
        completion("x", "e1", category="trainer", sessions_attended=0),
        completion("y", "e2", category="trainer", sessions_attended=0),
        *({**part, "held_on": date(2024, 3, 30)} for part in course("z", 0)),
        completion("z", "e2", category="trainer", sessions_attended=0),
        completion("a", "e1"),
        completion("b", "e2"),
        completion("c", "e1", sessions_attended=0),
    ]
    officers = {"terms": {"population": {"officers_only": True}}}
    active = one(models, "national_trainers_active", rows, **TAUGHT, **officers)
    assert [value(active, column=c) for c in ("value", "not_met", "status")] == [1, 1, "shown"]  # z: only later
    taught = one(models, "persons_trained_by_national_trainers", rows, **TAUGHT, **officers)
    assert triple(taught) == (1, 1, 0)


def bound(threshold: str, number: int, event: str = "e1", **columns: Any) -> Row:
    row = completion("nobody", event, **columns)
    kept = (
        *("partner_id", "programme_id", "event_id", "module_id", "category", "held_on", "first_attended_on"),
        *("last_attended_on", "sessions_planned", "sessions_attended", "sessions_absent"),
    )
    return {"threshold": threshold, "person_number": number, **{name: row[name] for name in kept}}


def test_totals_of_persons_say_how_certain_they_are(models: Models) -> None:
    """One officer by what is published, two by the strict threshold, of whom one completed."""
    bounds = [
        bound("strict", 1, sessions_attended=4, sessions_absent=1),
        bound("strict", 2, sessions_attended=1, sessions_absent=4),
        *(
            bound(threshold, n, sessions_attended=4, sessions_absent=1)
            for n, threshold in ((3, "published"), (4, "lenient"))
        ),
    ]
    tables = {"fct_bound_completion": bounds}
    sides = ("value", "strict", "lenient")
    reached = one(models, "persons_reached", [completion("a")], [["sex"]], **tables)
    assert [value(reached, column=side) for side in sides] == [1, 2, 1]
    assert value(reached, column="strict", sex="female") is None
    trained = one(models, "persons_trained", [completion("a")], **tables)
    assert [value(trained, column=side) for side in sides] == [1, 1, 1]
    passed = {"completion": {"assessment": "attempted"}}
    trained = one(models, "persons_trained", [completion("a")], terms=passed, **tables)
    assert value(trained, column="strict") is None


ROWS = st.lists(
    st.builds(
        lambda officer, event, module, attended, absent, day, sex, province: completion(
            officer, event, module, sessions_attended=attended, sessions_absent=min(absent, 5 - attended),
            held_on=day, sex={"o1": "female", "o2": "male"}.get(officer, sex), province_of_duty=province,
        ),
        st.sampled_from(["o1", "o2", "o3"]),
        st.sampled_from(["e1", "e2", "e3"]),
        st.sampled_from(["m1", "m2"]),
        st.integers(0, 5),
        st.integers(0, 5),
        st.sampled_from([date(2023, 6, 1), date(2024, 2, 1)]),
        st.just("unknown"),
        st.sampled_from(["01", "02", None]),
    ),
    max_size=12,
    unique_by=lambda row: (row["officer_key"], row["event_id"], row["module_id"]),
)  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS)
def test_persons_trained_is_what_a_count_by_hand_gives(models: Models, rows: list[Row]) -> None:
    groups = [["province_of_duty"], ["sex", "module_id"]]
    got = [r for r in one(models, "persons_trained", rows, groups) if r["window"] == "period"]
    met = [r for r in rows if r["sessions_attended"] >= 4]
    before = {r["officer_key"] for r in met if r["held_on"].year == 2023}
    for figure in got:
        cell = {name: figure[name] for name in figure["grouping"].split(",") if name != "total"}
        there = [
            r for r in rows
            if r["held_on"].year == 2024 and all((r[name] or "unknown") == code for name, code in cell.items())
        ]  # fmt: skip
        open_, counted = (
            {r["officer_key"] for r in there if test(r)} - before for test in (_is_open, met.__contains__)
        )
        assert figure["value"] == len(counted)
        assert figure["undecided"] == len(open_ - counted)
        assert figure["not_met"] == len({r["officer_key"] for r in there} - before - counted - open_)


def _is_open(row: Row) -> bool:
    return row["sessions_attended"] < 4 <= row["sessions_attended"] + row["sessions_unknown"]
