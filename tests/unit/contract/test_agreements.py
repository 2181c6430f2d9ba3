"""Agreements: all mistakes at once, and periods of a year that need not begin in January."""

from __future__ import annotations

import json
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from warehouse.contract.agreement import Agreement
from warehouse.contract.agreements import (
    AgreementsInvalid,
    AgreementUnknown,
    Known,
    check_agreements,
    find_agreement,
    json_schema,
    load_agreements,
    parse,
)
from warehouse.contract.documents import read
from warehouse.contract.periods import PeriodUnknown, earlier_periods, ended_periods, find_period
from warehouse.store.home import PROJECT

FUNDERS = PROJECT / "expectations" / "funders"
SHARE = {"measure": "sessions", "numerator": 4, "denominator": 5, "inclusive": True}
INDICATORS = {"persons_reached": frozenset(["module_id", "topic"])}
KNOWN = Known(frozenset(["p-1"]), frozenset(["lac"]), frozenset(["judge"]), INDICATORS)


def terms(**changes: object) -> dict[str, object]:
    return {
        "version": 1,
        "starts_on": "2012-04-01",
        "fiscal_year": {"starts_month": 4, "label": "start"},
        "periods": "quarter",
        "cumulative_from": "2012-04-01",
        "programmes": ["p-1"],
        "partners": ["lac"],
        "population": {"officers_only": True},
        "completion": SHARE,
        "unique": "ever",
        "indicators": [{"id": "persons_reached", "name": "Reached", "definition": "Who came."}],
        "disclosure": {"minimum": 5, "width": 5},
        "formats": ["csv"],
        "calendar": {"schedule": "0 6 * * *", "days_after_period_end": 30},
        **changes,
    }


def agreement(*versions: dict[str, object]) -> dict[str, object]:
    whole = {"id": "fund", "name": "Fund", "funder": "A fund", "recipient": "fund", "owner": "owner@example.org"}
    return {**whole, "versions": list(versions or [terms()])}


def written(folder: Path, document: object, name: str = "fund.yaml") -> Path:
    (folder / name).write_text(yaml.safe_dump(document), encoding="utf-8")
    return folder


def test_the_agreements_of_this_project_can_be_used_and_follow_their_schema() -> None:
    agreements = load_agreements(FUNDERS)
    assert {a.id for a in agreements} == {"canada-iom", "justice-fund"}
    checker = Draft202012Validator(json_schema())
    for one in agreements:
        document = read((FUNDERS / f"{one.id}.yaml").read_text(encoding="utf-8"))[0]
        assert not list(checker.iter_errors(document))
        assert parse((FUNDERS / f"{one.id}.yaml").read_text(encoding="utf-8")) == one


def test_the_published_schema_is_that_of_the_program() -> None:
    published = json.loads((PROJECT / "docs/schemas/agreement.schema.json").read_text(encoding="utf-8"))
    assert published == json_schema(), "run: sala agreement schema > docs/schemas/agreement.schema.json"


def test_every_mistake_is_told_at_once_each_with_its_line(tmp_path: Path) -> None:
    broken = terms(
        uniqe="ever",
        periods="quarters",
        completion={**SHARE, "numerator": 6},
        disclosure={"minimum": 0, "width": 5},
        programmes=["p-1"],
    )
    del broken["formats"]
    mistakes = check_agreements(written(tmp_path, agreement(broken)))[1]
    told = {m.path: (m.expected, m.action, m.place) for m in mistakes}
    assert set(told) == {
        "versions[0].uniqe",
        "versions[0].periods",
        "versions[0].completion",
        "versions[0].disclosure.minimum",
        "versions[0].formats",
    }
    assert "did you mean 'unique'?" in told["versions[0].uniqe"][1]
    assert "did you mean 'quarter'?" in told["versions[0].periods"][1]
    assert all("line " in place for _, _, place in told.values())


def test_a_dimension_that_says_nothing_about_an_indicator_is_a_mistake(tmp_path: Path) -> None:
    reached = {"id": "persons_reached", "name": "Reached", "definition": "Who came."}
    asked = terms(indicators=[reached | {"disaggregations": [["sex"], ["sex", "module_id"]]}])
    (mistake,) = check_agreements(written(tmp_path, agreement(asked)), KNOWN)[1]
    assert (mistake.path, mistake.found) == ("versions[0].indicators[0].disaggregations[1]", "module_id")
    assert "module_id, topic" in mistake.expected


def test_names_nobody_knows_are_mistakes_with_the_nearest_one(tmp_path: Path) -> None:
    unknown = terms(
        programmes=["p-2"],
        partners=["lax"],
        population={"categories": ["juge"]},
        indicators=[{"id": "persons_reach", "name": "Reached", "definition": "Who came."}],
    )
    found = check_agreements(written(tmp_path, agreement(unknown)), KNOWN)[1]
    assert [m.path.split(".", 1)[1] for m in found] == [
        "indicators[0]",
        "partners[0]",
        "population.categories[0]",
        "programmes[0]",
    ]
    assert {m.action for m in found} >= {"did you mean 'persons_reached'?", "did you mean 'judge'?"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"population": {"officers_only": True, "categories": ["judge"]}}, "not both"),
        ({"formats": ["iati"]}, "iati"),
        (
            {
                "completion": {
                    "measure": "hours",
                    "numerator": 1,
                    "denominator": 2,
                    "inclusive": True,
                    "assessment": "passed",
                }
            },
            "pass_mark_percent",
        ),
        ({"calendar": {"schedule": "soon", "days_after_period_end": 1}}, "cron"),
        ({"indicators": [terms()["indicators"][0]] * 2}, "twice: persons_reached"),  # type: ignore[index]
    ],
)
def test_what_contradicts_itself_is_a_mistake(tmp_path: Path, change: dict[str, object], said: str) -> None:
    mistakes = check_agreements(written(tmp_path, agreement(terms(**change))))[1]
    assert len(mistakes) == 1
    assert said in mistakes[0].expected


def test_versions_are_in_order_and_the_file_has_the_agreements_name(tmp_path: Path) -> None:
    backwards = agreement(terms(version=2), terms(version=1, starts_on="2013-04-01"))
    assert "in order" in check_agreements(written(tmp_path, backwards))[1][0].expected
    assert check_agreements(written(tmp_path, agreement(), "other.yaml"))[1][-1].path == "id"


def test_one_agreement_is_found_whatever_the_others_hold(tmp_path: Path) -> None:
    written(tmp_path, agreement())
    (tmp_path / "broken.yaml").write_text("id: [", encoding="utf-8")
    assert find_agreement(tmp_path, "fund").id == "fund"
    with pytest.raises(AgreementsInvalid, match="SALA-X001"):
        find_agreement(tmp_path, "broken")
    with pytest.raises(AgreementUnknown, match="did you mean 'fund'"):
        find_agreement(tmp_path, "funds")


def test_a_period_is_reported_by_the_version_in_force_on_its_first_day() -> None:
    changed = terms(version=2, starts_on="2013-10-01", unique="period")
    found = Agreement.model_validate(agreement(terms(), changed))
    assert [find_period(found, f"FY2013-Q{n}")[0].version for n in (1, 2, 3, 4)] == [1, 1, 2, 2]
    period = find_period(found, "fy2013-q3")[1]
    assert (period.starts_on, period.ends_on) == (date(2013, 10, 1), date(2013, 12, 31))
    assert period.fiscal_year_starts_on == date(2013, 4, 1)


def test_nothing_is_reported_after_the_end() -> None:
    ended = Agreement.model_validate(agreement() | {"ends_on": "2013-03-31"})
    assert ended_periods(ended, date(2020, 1, 1))[-1][1].id == "FY2012-Q4"
    with pytest.raises(PeriodUnknown, match="to 2013-03-31"):
        find_period(ended, "FY2013-Q1")


@pytest.mark.parametrize("text", ["2013", "FY2013", "FY2013-H1", "FY2013-Q5", "FY1999-Q1", ""])
def test_a_period_the_agreement_does_not_have_is_told_with_one_it_has(text: str) -> None:
    found = Agreement.model_validate(agreement())
    with pytest.raises(PeriodUnknown, match="FY2012-Q1"):
        find_period(found, text)


def test_a_year_may_be_called_after_the_year_it_ends_in() -> None:
    american = terms(fiscal_year={"starts_month": 10, "label": "end"}, periods="half", starts_on="2011-10-01")
    period = find_period(Agreement.model_validate(agreement(american)), "FY2013-H2")[1]
    assert (period.starts_on, period.ends_on) == (date(2013, 4, 1), date(2013, 9, 30))
    assert period.fiscal_year_starts_on == date(2012, 10, 1)


@given(
    month=st.integers(1, 12),
    label=st.sampled_from(["start", "end"]),
    kind=st.sampled_from(["quarter", "half", "year"]),
    days=st.integers(0, 4000),
)
def test_periods_follow_each_other_without_gap_or_overlap(month: int, label: str, kind: str, days: int) -> None:
    one = Agreement.model_validate(agreement(terms(fiscal_year={"starts_month": month, "label": label}, periods=kind)))
    today = date(2012, 4, 1) + timedelta(days=days)
    due = [period for _, period in ended_periods(one, today)]
    assert all(a.ends_on + timedelta(days=1) == b.starts_on for a, b in pairwise(due))
    assert all(p.ends_on + timedelta(days=30) < today for p in due)
    assert not due or due[-1].ends_on + timedelta(days=30 + 366) >= today
    for period in due:
        assert find_period(one, period.id)[1] == period
    assert not due or earlier_periods(one.versions[0], due[-1]) == due[:-1]
