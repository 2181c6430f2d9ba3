"""Results in the International Aid Transparency Initiative's standard, version 2.03 (iatistandard.org).

Elements stand in the order of the official schema. What is not shown is left out, never zero: the indicator's
description says how many figures are, and why.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from itertools import groupby
from pathlib import Path

from lxml import etree

from warehouse.contract.agreement import Iati
from warehouse.errors import TerminalError
from warehouse.extracts.formats.context import Context
from warehouse.extracts.formats.extract import Extract, Row, dimensions_of, plain
from warehouse.extracts.formats.marks import MARKS, printable

# Code lists of the standard: ResultType, IndicatorMeasure, OrganisationRole, ActivityDateType, IndicatorVocabulary.
_OUTPUT, _OUTCOME = "1", "2"
_UNIT, _PERCENTAGE = "1", "2"
_FUNDING, _IMPLEMENTING = "1", "4"
_PLANNED_START, _ACTUAL_START, _PLANNED_END, _ACTUAL_END = "1", "2", "3", "4"
_REPORTING_ORGANISATION = "99"
_COUNTRY = "KH"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


class IatiTermsMissing(TerminalError):
    """The agreement does not say what the standard asks of an activity."""

    code = "SALA-X020"
    title = "IATI cannot be written without the agreement's iati section"


def write_iati(extract: Extract, folder: Path) -> list[Path]:
    """Write `results.iati.xml`.

    Raises:
        IatiTermsMissing: The agreement has no `iati` section.
    """
    root = etree.Element("iati-activities", version="2.03")
    activity = _activity(root, extract.context)
    for kind, indicators in groupby(extract.by_indicator.values(), key=lambda rows: _result_type(rows[0])):
        _result(activity, kind, list(indicators), extract.context)
    path = folder / "results.iati.xml"
    etree.ElementTree(root).write(path, encoding="UTF-8", xml_declaration=True, pretty_print=True)
    return [path]


def _activity(root: etree._Element, context: Context) -> etree._Element:
    terms = _iati(context)
    activity = etree.SubElement(root, "iati-activity", {_LANG: "en"})
    etree.SubElement(activity, "iati-identifier").text = printable(terms.activity_identifier)
    reporting = {"ref": terms.reporting_org_ref, "type": terms.reporting_org_type}
    _narrated(activity, "reporting-org", terms.reporting_org_name, reporting)
    _narrated(activity, "title", terms.title)
    _narrated(activity, "description", terms.description, {"type": "1"})
    _narrated(activity, "participating-org", context.agreement.funder, {"role": _FUNDING})
    implementing = {"ref": terms.reporting_org_ref, "role": _IMPLEMENTING, "type": terms.reporting_org_type}
    _narrated(activity, "participating-org", terms.reporting_org_name, implementing)
    etree.SubElement(activity, "activity-status", code=terms.activity_status)
    _activity_date(activity, terms.starts_on, context.as_of, _ACTUAL_START, _PLANNED_START)
    if terms.ends_on:
        _activity_date(activity, terms.ends_on, context.as_of, _ACTUAL_END, _PLANNED_END)
    etree.SubElement(activity, "recipient-country", code=_COUNTRY, percentage="100")
    return activity


def _activity_date(activity: etree._Element, day: date, as_of: date, actual: str, planned: str) -> None:
    kind = actual if day <= as_of else planned
    etree.SubElement(activity, "activity-date", {"iso-date": day.isoformat(), "type": kind})


def _iati(context: Context) -> Iati:
    if context.terms.iati is None:
        raise IatiTermsMissing(
            where=f"agreement {context.agreement.id}, version {context.terms.version}",
            found="no iati section",
            expected="identifier, organisation, title, description and dates of the activity",
            action="add the section, or take iati out of formats",
        )
    return context.terms.iati


def _result_type(row: Row) -> str:
    """Return what kind of result an indicator measures: what people know is an outcome, whom one reached an output."""
    return _OUTCOME if row["counts"] == "points" else _OUTPUT


def _result(activity: etree._Element, kind: str, indicators: list[list[Row]], context: Context) -> None:
    added = all(rows[0]["additive"] for rows in indicators)
    result = etree.SubElement(activity, "result", {"type": kind, "aggregation-status": _truth(added)})
    _narrated(result, "title", f"{context.agreement.name}: {'knowledge' if kind == _OUTCOME else 'training'}")
    _narrated(result, "description", " ".join(context.rule))
    for rows in indicators:
        _indicator(result, rows, context)


def _indicator(result: etree._Element, rows: list[Row], context: Context) -> None:
    first = rows[0]
    indicator = etree.SubElement(
        result,
        "indicator",
        {
            "measure": _PERCENTAGE if first["counts"] == "percent" else _UNIT,
            "ascending": _truth(first["direction"] != "down"),
            "aggregation-status": _truth(first["additive"]),
        },
    )
    _narrated(indicator, "title", first["name"])
    _narrated(indicator, "description", _description(rows, context))
    if first["code"]:
        code = printable(first["code"])
        etree.SubElement(indicator, "reference", vocabulary=_REPORTING_ORGANISATION, code=code)
    total = next((row for row in rows if row["baseline"] is not None), None)
    if total:
        since = context.terms.cumulative_from
        etree.SubElement(
            indicator,
            "baseline",
            {"year": str(since.year), "iso-date": since.isoformat(), "value": plain(total["baseline"])},
        )
    starts = {"period": context.period.starts_on, "cumulative": context.terms.cumulative_from}
    for window, starts_on in starts.items():
        _period(indicator, [row for row in rows if row["window"] == window], starts_on, context.period.ends_on)


def _period(indicator: etree._Element, rows: list[Row], starts_on: date, ends_on: date) -> None:
    if not rows:
        return
    period = etree.SubElement(indicator, "period")
    etree.SubElement(period, "period-start", {"iso-date": starts_on.isoformat()})
    etree.SubElement(period, "period-end", {"iso-date": ends_on.isoformat()})
    rows = sorted(rows, key=lambda row: len(dimensions_of(row)))  # stable: the total, without dimensions, comes first
    for row in rows:
        if row["target"] is not None:
            _dimensions(etree.SubElement(period, "target", value=plain(row["target"])), row)
    for row in rows:
        if row["status"] == "shown":
            actual = etree.SubElement(period, "actual", value=plain(row["value"]))
            _dimensions(actual, row)
            if remark := _remark(row):
                _narrated(actual, "comment", remark)


def _dimensions(parent: etree._Element, row: Row) -> None:
    for name in dimensions_of(row):
        etree.SubElement(parent, "dimension", name=name, value=printable(row[name]))


def _remark(row: Row) -> str:
    remarks = [row["note"]] if row["note"] else []
    if row["undecided"]:
        remarks.append(f"Undecided, and not in the figure: {row['undecided']}.")
    if row["strict"] is not None and row["lenient"] is not None:
        remarks.append(
            f"By the strict and the lenient reading of identity: {plain(row['strict'])}, {plain(row['lenient'])}."
        )
    return " ".join(remarks)


def _description(rows: list[Row], context: Context) -> str:
    worded = next(one.definition for one in context.terms.indicators if one.id == rows[0]["indicator"])
    hidden = Counter(row["status"] for row in rows if row["status"] != "shown")
    if not hidden:
        return worded
    counted = "; ".join(f"{hidden[status]} {mark.meaning}" for status, mark in MARKS.items() if hidden[status])
    return f"{worded} Left out here, which does not mean zero: {counted}."


def _narrated(parent: etree._Element, tag: str, text: str, attributes: dict[str, str] | None = None) -> None:
    element = etree.SubElement(parent, tag, attributes or {})
    etree.SubElement(element, "narrative").text = printable(text)


def _truth(value: bool) -> str:
    return "true" if value else "false"
