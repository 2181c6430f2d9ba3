"""Distinct values give exactly what whole frames give, only sooner."""

from __future__ import annotations

from datetime import date
from typing import Any

import duckdb
import pandas as pd
import pytest
from builds_for_tests import ROWS

from warehouse.audit.evaluate import Outcome, PromiseNotEvaluated, concrete, evaluate, validator_context
from warehouse.audit.run import _sentence
from warehouse.audit.suites import Promise, Suite


@pytest.fixture(scope="module")
def context() -> Any:
    return validator_context()


@pytest.fixture
def connection() -> Any:
    with duckdb.connect() as opened:
        opened.execute(ROWS)
        yield opened


def run(context: Any, connection: Any, expectation: str, **kwargs: Any) -> Outcome:
    made = Promise(expectation, kwargs, "error", "why", "resolve")
    (outcome,) = evaluate(context, connection, Suite("marts.fct_attendance", (made,), "fct_attendance.yaml"))
    return outcome


CASES = [
    ("expect_column_values_to_be_between", {"column": "hours", "min_value": 0, "max_value": 7}),
    ("expect_column_values_to_be_between", {"column": "session_date", "min_value": "2024-11-01"}),
    ("expect_column_values_to_be_in_set", {"column": "partner_id", "value_set": ["p0", "p1", "p2"]}),
    ("expect_column_values_to_match_regex", {"column": "partner_id", "regex": "^p[01]$"}),
    ("expect_column_values_to_not_be_null", {"column": "session_date"}),
    ("expect_column_values_to_be_null", {"column": "session_date"}),
    ("expect_column_value_lengths_to_equal", {"column": "partner_id", "value": 3}),
    (
        "expect_column_pair_values_a_to_be_greater_than_b",
        {"column_A": "planned", "column_B": "attended", "or_equal": True},
    ),
]


@pytest.mark.parametrize(("expectation", "kwargs"), CASES, ids=[f"{e}-{i}" for i, (e, _) in enumerate(CASES)])
def test_rows_failed_are_those_of_the_whole_frame(
    context: Any, connection: Any, expectation: str, kwargs: dict[str, Any]
) -> None:
    import great_expectations.expectations as gxe

    from warehouse.audit.catalogue import class_name

    whole = connection.execute("select * from marts.fct_attendance").to_arrow_table()
    frame = whole.to_pandas(types_mapper=pd.ArrowDtype)
    source = context.data_sources.add_or_update_pandas("whole")
    batch = source.add_dataframe_asset("t").add_batch_definition_whole_dataframe("b").get_batch({"dataframe": frame})
    truth = batch.validate(getattr(gxe, class_name(expectation))(**kwargs)).result

    outcome = run(context, connection, expectation, **kwargs)

    assert outcome.failed == truth["unexpected_count"] > 0
    assert outcome.evaluated == truth["element_count"] - truth.get("missing_count", 0)
    assert not outcome.success


def test_more_failing_values_than_great_expectations_lists_are_all_counted(context: Any, connection: Any) -> None:
    outcome = run(context, connection, "expect_column_values_to_be_between", column="row_number", max_value=99)
    assert (outcome.failed, outcome.evaluated) == (900, 1000)


def test_the_tolerated_share_is_of_rows_not_of_distinct_values(context: Any, connection: Any) -> None:
    connection.execute(
        "create or replace table marts.fct_attendance as "
        "select case when i = 0 then -1 else 1 end as h from range(100) t(i)"
    )
    kwargs = {"column": "h", "min_value": 0}
    assert run(context, connection, "expect_column_values_to_be_between", **kwargs, mostly=0.99).success
    assert not run(context, connection, "expect_column_values_to_be_between", **kwargs, mostly=0.995).success


@pytest.mark.parametrize(("low", "high", "success"), [(1000, 1000, True), (1001, None, False), (None, 999, False)])
def test_rows_are_counted_without_reading_a_column(
    context: Any, connection: Any, low: int | None, high: int | None, success: bool
) -> None:
    outcome = run(context, connection, "expect_table_row_count_to_be_between", min_value=low, max_value=high)
    assert (outcome.success, outcome.evaluated, outcome.failed) == (success, 1000, 0 if success else 1000)


def test_a_mean_is_taken_over_all_rows(context: Any, connection: Any) -> None:
    connection.execute(
        "create or replace table marts.fct_attendance as "
        "select case when i = 0 then 100 else 0 end as h from range(100) t(i)"
    )
    assert run(
        context, connection, "expect_column_mean_to_be_between", column="h", min_value=0.9, max_value=1.1
    ).success


def test_an_expectation_that_cannot_be_evaluated_is_not_a_no(context: Any, connection: Any) -> None:
    with pytest.raises(PromiseNotEvaluated, match="SALA-A003"):
        run(context, connection, "expect_column_max_to_be_between", column="session_date", min_value=1)
    with pytest.raises(PromiseNotEvaluated, match="cannot both be None"):
        run(context, connection, "expect_column_values_to_be_between", column="hours", min_value=None)


def test_an_empty_table_breaks_no_promise_about_its_values(context: Any, connection: Any) -> None:
    connection.execute("delete from marts.fct_attendance")
    outcome = run(context, connection, "expect_column_values_to_be_between", column="hours", min_value=0)
    assert (outcome.success, outcome.evaluated, outcome.failed) == (True, 0, 0)


def test_relative_bounds_become_numbers_and_days() -> None:
    volume = Promise("expect_table_row_count_to_be_between", {}, "error", "", "", shares={"min": 0.9, "max": 1.5})
    assert concrete(volume, 101, date(2024, 12, 31)).kwargs == {"min_value": 90, "max_value": 152}
    assert concrete(volume, 0, date(2024, 12, 31)).kwargs == {"min_value": 0}, "the first version has no ceiling"
    fresh = Promise(
        "expect_column_max_to_be_between", {"column": "d"}, "error", "", "", days={"min_days": -30, "max_days": 0}
    )
    assert concrete(fresh, 5, date(2024, 12, 31)).kwargs == {
        "column": "d",
        "min_value": date(2024, 12, 1),
        "max_value": date(2024, 12, 31),
    }


def test_the_same_question_asked_twice_is_answered_twice(context: Any, connection: Any) -> None:
    strict = Promise("expect_column_values_to_be_between", {"column": "hours", "max_value": 8}, "error", "", "")
    lenient = Promise(
        "expect_column_values_to_be_between", {"column": "hours", "max_value": 8, "mostly": 0.5}, "warning", "", ""
    )
    outcomes = evaluate(context, connection, Suite("marts.fct_attendance", (strict, lenient, strict), "f"))
    assert [(o.success, o.failed) for o in outcomes] == [(False, 100), (True, 100), (False, 100)]


def test_a_volume_is_told_by_the_rows_there_were() -> None:
    volume = Promise("expect_table_row_count_to_be_between", {}, "warning", "", "", shares={"min": 0.9})
    made = concrete(volume, 450, date(2024, 12, 31))
    told = _sentence(Outcome("marts.fct_attendance", made, success=False, evaluated=75, failed=75))
    assert told.endswith(": 75 rows; the last version had 450")
    plain = Outcome("marts.x", Promise("e", {}, "error", "", ""), success=False, evaluated=9, failed=2)
    assert _sentence(plain).endswith(": 2 of 9 rows fail")
