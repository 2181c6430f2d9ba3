"""Suites are typed: every mistake is found at once and answered."""

from __future__ import annotations

from pathlib import Path

import pytest
from builds_for_tests import make_home, promise

from warehouse.audit import SuitesInvalid, load_suites, suite_mistakes
from warehouse.audit.catalogue import EXPECTATIONS, keywords
from warehouse.store.home import Home


def test_a_sound_suite_is_loaded_with_its_relative_bounds(tmp_path: Path) -> None:
    home = make_home(
        tmp_path,
        promise("expect_table_row_count_to_be_between", relative_to_previous={"min": 0.9}),
        promise(
            "expect_column_max_to_be_between", kwargs={"column": "session_date"}, relative_to_as_of={"max_days": 0}
        ),
    )
    (suite,) = load_suites(home)
    assert suite.table == "marts.fct_attendance"
    assert suite.promises[0].shares == {"min": 0.9}
    assert suite.promises[1].days == {"max_days": 0}
    assert suite.promises[1].columns == ("session_date",)


def test_all_mistakes_are_collected_and_answered(tmp_path: Path) -> None:
    home = make_home(
        tmp_path,
        {**promise("expect_column_values_to_be_betwen", "fatal"), "why": ""},
        {**promise("expect_column_values_to_be_between", kwargs={"colum": "hours", "min_value": 0}), "resolv": "x"},
        promise("expect_column_values_to_be_unique", kwargs={"column": "row_number"}),
        promise("expect_column_max_to_be_between", kwargs={"column": "hours"}, relative_to_previous={"min": 0.9}),
        promise("expect_table_row_count_to_be_between", relative_to_previous={"minimum": "a lot"}),
    )
    with pytest.raises(SuitesInvalid) as caught:
        load_suites(home)
    told = {(m.path, m.action) for m in caught.value.mistakes}
    by_path = {m.path: m for m in caught.value.mistakes}
    assert "did you mean 'expect_column_values_to_be_between'?" in by_path["expectations[0].expectation"].action
    assert by_path["expectations[0].severity"].found == "'fatal'"
    assert by_path["expectations[0].why"].found == "nothing"
    assert by_path["expectations[1].kwargs.colum"].action == "did you mean 'column'?"
    assert by_path["expectations[1].kwargs"].found == "no 'column'"
    assert by_path["expectations[1].resolv"].action == "did you mean 'resolve'?"
    assert "dbt tests" in by_path["expectations[2].expectation"].action, "uniqueness is dbt's, say so"
    assert "volumes" in by_path["expectations[3].relative_to_previous"].action
    assert "expectations[4].relative_to_previous" in by_path
    assert len(told) == 9, "each mistake once"


@pytest.mark.parametrize(
    ("text", "path"),
    [("{", "."), ("[1]", "."), ("table: marts.other\nexpectations: [1]", "table"), ("tabel: x", "tabel")],
)
def test_a_file_that_is_no_suite_is_a_mistake(tmp_path: Path, text: str, path: str) -> None:
    home = make_home(tmp_path, promise("expect_table_row_count_to_equal", kwargs={"value": 1}))
    (home.project / "expectations/suites/fct_attendance.yaml").write_text(text)
    assert path in [m.path for m in suite_mistakes(home)]


def test_an_audit_of_nothing_does_not_pass(tmp_path: Path) -> None:
    with pytest.raises(SuitesInvalid, match="no suite"):
        load_suites(Home(tmp_path, project=tmp_path))


def test_every_expectation_of_the_catalogue_exists_in_great_expectations() -> None:
    import great_expectations.expectations as gxe

    from warehouse.audit.catalogue import class_name

    assert EXPECTATIONS
    for name in EXPECTATIONS:
        assert hasattr(gxe, class_name(name)), name
        known, demanded = keywords(name)
        assert demanded <= known


def test_the_projects_own_suites_hold_no_mistake() -> None:
    home = Home.from_environment()
    assert suite_mistakes(home) == []
    assert len(load_suites(home)) >= 3
