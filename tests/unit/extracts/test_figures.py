"""Figures by an agreement's rule, over tables small enough to count by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.unit.extracts.marts_for_tests import Row, agreement, completion, figures, value
from warehouse.extracts.figures import FIGURES, DisaggregationMeaningless, FiguresFailed, IndicatorUnknown
from warehouse.transform.compiled import Models, Node

TRAINED: Row = {"id": "persons_trained"}


def judged(models: Models, row: Row, **rule: Any) -> tuple[int, int, int]:
    """Return whether one row is met, undecided, not met by a rule, as the three counts of completions."""
    agreed = agreement({"id": "module_completions"}, completion=rule)
    (total,) = [r for r in figures(models, {"fct_module_completion": [row]}, agreed) if r["window"] == "period"]
    return int(total["value"]), total["undecided"], total["not_met"]


MET, UNDECIDED, NOT_MET = (1, 0, 0), (0, 1, 0), (0, 0, 1)


@pytest.mark.parametrize(
    ("attended", "absent", "rule", "verdict"),
    [
        (4, 1, {}, MET),
        (3, 2, {}, NOT_MET),
        (3, 1, {}, UNDECIDED),
        (4, 1, {"inclusive": False}, NOT_MET),
        (4, 0, {"inclusive": False}, UNDECIDED),
        (3, 1, {"unknown_attendance": "absent"}, NOT_MET),
        (4, 0, {"unknown_attendance": "absent"}, MET),
        (4, 1, {"minimum_hours": 8}, MET),
        (4, 1, {"minimum_hours": 9}, NOT_MET),
        (4, 0, {"minimum_hours": 9}, UNDECIDED),
        (4, 0, {"minimum_hours": 9, "unknown_attendance": "absent"}, NOT_MET),
        (4, 1, {"measure": "hours"}, MET),
        (3, 1, {"measure": "hours"}, UNDECIDED),
    ],
)
def test_the_rule_compares_whole_numbers_and_leaves_the_unknown_undecided(
    models: Models, attended: int, absent: int, rule: Row, verdict: tuple[int, int, int]
) -> None:
    assert judged(models, completion("x", sessions_attended=attended, sessions_absent=absent), **rule) == verdict


def test_hours_are_compared_to_the_hundredth(models: Models) -> None:
    """Two thirds of 10.05 hours are exactly 6.70."""
    rule = {"measure": "hours", "numerator": 2, "denominator": 3}
    hours = {"hours_planned": Decimal("10.05"), "sessions_attended": 4, "sessions_absent": 1}
    enough = completion("x", **hours, hours_attended=Decimal("6.70"), hours_absent=Decimal("3.35"))
    short = completion("x", **hours, hours_attended=Decimal("6.69"), hours_absent=Decimal("3.36"))
    assert judged(models, enough, **rule) == MET
    assert judged(models, enough, **rule, inclusive=False) == NOT_MET
    assert judged(models, short, **rule) == NOT_MET


def test_hours_nobody_stated_decide_nothing(models: Models) -> None:
    row = completion("x", hours_planned=None, hours_attended=None, hours_absent=None)
    assert judged(models, row, measure="hours") == UNDECIDED
    assert judged(models, row, minimum_hours=1) == UNDECIDED
    assert judged(models, row) == MET


@pytest.mark.parametrize(
    ("score", "others", "rule", "verdict"),
    [
        (None, 8, {"assessment": "attempted"}, NOT_MET),
        (None, None, {"assessment": "attempted"}, UNDECIDED),
        (0, None, {"assessment": "attempted"}, MET),
        (6, None, {"assessment": "passed", "pass_mark_percent": 60}, MET),
        (6, None, {"assessment": "passed", "pass_mark_percent": 61}, NOT_MET),
    ],
)
def test_a_result_may_be_needed(
    models: Models, score: int | None, others: int | None, rule: Row, verdict: tuple[int, int, int]
) -> None:
    rows = [
        completion("x", post_score=score, post_maximum=10),
        completion("other", sessions_attended=0, sessions_absent=5, post_score=others, post_maximum=10),
    ]
    agreed = agreement({"id": "module_completions"}, completion=rule)
    got = figures(models, {"fct_module_completion": rows}, agreed)
    found = int(value(got)), value(got, column="undecided"), value(got, column="not_met") - 1
    assert found == verdict


def test_late_joiners_may_be_judged_by_what_was_held_since(models: Models) -> None:
    """Joined on the third day of five: absent on the first two, present on two, unknown on the last."""
    late = completion("x", sessions_attended=2, sessions_absent=2, sessions_before_joining=2, absent_before_joining=2)
    assert judged(models, late) == NOT_MET
    assert judged(models, late, late_joiners="since_joining") == UNDECIDED
    assert judged(models, {**late, "sessions_attended": 3}, late_joiners="since_joining") == MET
    hours = {"hours_before_joining": 4, "hours_absent_before_joining": 4}
    assert judged(models, {**late, **hours}, measure="hours", late_joiners="since_joining") == UNDECIDED
    assert judged(models, {**late, **hours}, measure="hours") == NOT_MET


def when(officer: str, *days: date, **columns: Any) -> list[Row]:
    return [completion(officer, f"e{day}", held_on=day, **columns) for day in days]


EARLIER, THIS_YEAR, NOW = date(2022, 5, 1), date(2024, 1, 10), date(2024, 5, 1)


@pytest.mark.parametrize(("unique", "counted"), [("ever", 1), ("fiscal_year", 2), ("period", 3)])
def test_a_person_counts_once_in_what_is_called_unique(models: Models, unique: str, counted: int) -> None:
    rows = [*when("a", EARLIER, NOW), *when("b", THIS_YEAR, NOW), *when("c", NOW), *when("d", EARLIER)]
    agreed = agreement(TRAINED, {"id": "new_persons_trained"}, unique=unique)
    got = figures(models, {"fct_module_completion": rows}, agreed, "FY2024-Q2")
    trained = [row for row in got if row["indicator"] == "persons_trained"]
    assert value(trained) == counted
    assert value(trained, "cumulative") == 4
    assert [value([r for r in got if r not in trained], w) for w in ("period", "cumulative")] == [1, 4]


def test_distinct_people_are_never_added_up(models: Models) -> None:
    rows = [completion("a"), completion("a", "e2", province_of_duty="09"), completion("b", "e2", sex="male")]
    agreed = agreement({**TRAINED, "disaggregations": [["province_of_duty"], ["sex", "province_of_duty"]]})
    got = figures(models, {"fct_module_completion": rows}, agreed)
    assert value(got) == 2
    assert [value(got, province_of_duty=code) for code in ("07", "09", "12")] == [2, 1, 0]
    crossed = [r for r in got if r["grouping"] == "province_of_duty,sex" and r["window"] == "period"]
    assert [(r["province_of_duty"], r["sex"], r["value"]) for r in crossed] == [
        ("07", "female", 1),
        ("07", "male", 1),
        ("09", "female", 1),
    ]


def test_every_code_of_one_dimension_is_shown_with_nought(models: Models) -> None:
    numbered = {"dim_module_crosswalk": [{"programme_id": "part", "module_id": "m2", "module_number": 1}]}
    rows = {"fct_module_completion": [completion("a", province_of_duty=None)], **numbered}
    dimensions = ("province_of_duty", "module_id", "topic", "sex", "category", "partner_id", "unit_code")
    agreed = agreement({**TRAINED, "disaggregations": [[one] for one in dimensions]}, partners=["a", "silent"])
    got = [row for row in figures(models, rows, agreed) if row["window"] == "period"]
    listed = {one: [row[one] for row in got if row["grouping"] == one] for one in dimensions}
    assert listed["province_of_duty"] == [*(f"{n:02}" for n in range(1, 26)), "unknown"]
    assert listed["module_id"] == ["m1", "m2"]
    assert listed["topic"] == ["law"]
    assert listed["sex"] == ["female", "male"]
    assert listed["category"] == ["judge", "police_officer", "trainer", "unknown"]
    assert listed["partner_id"] == ["a", "silent"]
    assert listed["unit_code"] == ["unknown"]


def test_only_the_agreements_programmes_and_people_count(models: Models) -> None:
    rows = [
        completion("a"),
        completion("b", "e2", programme_id="whole"),
        completion("c", "e3", programme_id="elsewhere", partner_id="b"),
        completion("d", "e4", category="judge"),
    ]
    tables = {"fct_module_completion": rows}
    assert value(figures(models, tables, agreement(TRAINED))) == 3
    assert value(figures(models, tables, agreement(TRAINED, population={"officers_only": True}))) == 2
    assert value(figures(models, tables, agreement(TRAINED, population={"categories": ["judge"]}))) == 1
    assert value(figures(models, tables, agreement(TRAINED, programmes=["part"]))) == 2


def test_who_came_within_a_window_was_reached_in_it(models: Models) -> None:
    """The delivery ends in April; the one came in March, the other in April, the third before and after a quarter."""
    ends = {"held_on": date(2024, 4, 2), "sessions_planned": 3, "hours_planned": 6}
    days = {
        "a": [date(2024, 3, 28)],
        "b": [date(2024, 4, 2)],
        "c": [date(2024, 3, 28), date(2024, 4, 2)],
        "d": [],
    }
    rows = [
        completion(
            officer, **ends, sessions_attended=len(came), sessions_absent=3 - len(came),
            first_attended_on=min(came, default=None), last_attended_on=max(came, default=None),
        )
        for officer, came in days.items()
    ]  # fmt: skip
    sessions = [
        {
            **{name: rows[0][name] for name in ("partner_id", "programme_id", "event_id", "module_id")},
            **{"officer_key": officer, "session_date": day, "session_number": 1, "status": "present", "hours": 2},
        }
        for officer, came in days.items()
        for day in came
    ]
    tables = {"fct_module_completion": rows, "fct_attendance": sessions}
    agreed = agreement({"id": "persons_reached"}, {"id": "contact_hours"})
    got = {period: figures(models, tables, agreed, period) for period in ("FY2024-Q1", "FY2024-Q2", "FY2024-Q3")}
    reached = {p: [r for r in rows if r["indicator"] == "persons_reached"] for p, rows in got.items()}
    hours = {p: [r for r in rows if r["indicator"] == "contact_hours"] for p, rows in got.items()}
    assert [value(rows) for rows in reached.values()] == [2, 2, 0]
    assert [value(rows, "cumulative") for rows in reached.values()] == [2, 3, 3]
    assert [value(rows) for rows in hours.values()] == [4, 4, 0]
    assert value(reached["FY2024-Q2"], column="not_met") == 2  # one absent throughout, one came in March only


def test_an_unknown_session_leaves_it_undecided_whether_somebody_was_reached(models: Models) -> None:
    rows = [
        completion("a", sessions_attended=0, sessions_absent=4),
        completion("b", sessions_attended=0, sessions_absent=5),
    ]
    tables = {"fct_module_completion": rows}
    got = figures(models, tables, agreement({"id": "persons_reached"}))
    assert [value(got, column=column) for column in ("value", "undecided", "not_met")] == [0, 1, 1]
    got = figures(models, tables, agreement({"id": "persons_reached"}, completion={"unknown_attendance": "absent"}))
    assert [value(got, column=column) for column in ("value", "undecided", "not_met")] == [0, 0, 2]


def test_targets_stand_beside_totals_alone(models: Models) -> None:
    asked = {**TRAINED, "code": "1.1", "baseline": 1, "target": 8, "period_targets": {"FY2024-Q1": 4}}
    agreed = agreement({**asked, "disaggregations": [["sex"]]})
    got = figures(models, {"fct_module_completion": [completion("a"), completion("b", "e2")]}, agreed)
    shares = [(value(got, w, "target"), value(got, w, "share_of_target")) for w in ("period", "cumulative")]
    assert shares == [(4, 50), (8, 25)]
    assert value(got, column="target", sex="female") is None
    assert {row["code"] for row in got} == {"1.1"}


def test_the_order_of_rows_does_not_depend_on_the_order_of_facts(models: Models) -> None:
    rows = [completion(f"o{n}", f"e{n % 3}", f"m{n % 2 + 1}", province_of_duty=f"{n % 25 + 1:02}") for n in range(60)]
    asked = [{"id": one, "disaggregations": [["province_of_duty", "module_id"]]} for one in ("persons_trained",)]
    one, other = (figures(models, {"fct_module_completion": r}, agreement(*asked)) for r in (rows, rows[::-1]))
    assert one == other
    assert [row["window"] for row in one] == sorted((row["window"] for row in one), reverse=True)


def test_a_partner_that_sent_nothing_is_no_nought(models: Models) -> None:
    agreed = agreement({**TRAINED, "disaggregations": [["partner_id"]]}, partners=["a", "silent"])
    tables = {"fct_module_completion": [completion("a")]}
    got = figures(models, tables, agreed, missing=["silent"])
    assert [value(got, column="status", partner_id=one) for one in ("a", "silent")] == ["shown", "no_data"]
    assert value(got, column="undecided", partner_id="silent") is None
    assert value(got, column="status") == "shown"
    assert {row["status"] for row in figures(models, tables, agreed, missing=["silent", "a"])} == {"no_data", "shown"}
    everything = figures(models, {}, agreed, missing=["silent", "a"])
    assert {row["status"] for row in everything if row["window"] == "period"} == {"no_data"}


def test_the_table_has_the_promised_schema(models: Models) -> None:
    rows = figures(models, {}, agreement(TRAINED, {"id": "completion_rate"}))
    assert rows
    assert set(rows[0]) == set(FIGURES.names)
    assert value([r for r in rows if r["indicator"] == "completion_rate"], column="status") == "not_applicable"


def test_what_cannot_be_computed_is_said(models: Models) -> None:
    with pytest.raises(IndicatorUnknown, match="nobody_thought_of_it"):
        figures(models, {}, agreement({"id": "nobody_thought_of_it"}))
    with pytest.raises(DisaggregationMeaningless, match="module_id"):
        figures(models, {}, agreement({"id": "programme_completers", "disaggregations": [["module_id", "sex"]]}))
    broken = Models({**models.nodes, "persons_trained": _broken(models.nodes["persons_trained"])})
    with pytest.raises(FiguresFailed, match="persons_trained"):
        figures(broken, {}, agreement(TRAINED))


def _broken(node: Node) -> Node:
    names: Sequence[str] = list(node.__dataclass_fields__)
    return Node(**{name: getattr(node, name) for name in names} | {"sql": "select nothing"})
