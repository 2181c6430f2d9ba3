"""An extract invented for the tests: an agreement with every kind of figure, status and text."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa

from warehouse.contract.agreement import DIMENSIONS, Agreement, Iati, IndicatorTerms, Terms
from warehouse.contract.agreements import find_agreement
from warehouse.contract.periods import find_period
from warehouse.extracts.formats.context import Context, Definition, Exclusion, Restated, Submission
from warehouse.extracts.rule_in_words import rule_in_words
from warehouse.store.figures import FIGURES, WINDOWS

FUNDERS = Path(__file__).parent / "funders"
FORMATS = ("xlsx", "csv", "parquet", "iati", "json")
PROVINCES = {
    "01": "Banteay Meanchey",
    "02": "Battambang",
    "03": "Kampong Cham",
    "05": "Kampong Speu",
    "07": "Kampot",
    "09": "Koh Kong",
    "12": "Phnom Penh",
    "16": "Ratanak Kiri",
    "17": "Siemreap",
    "18": "Preah Sihanouk",
    "22": "Oddar Meanchey",
    "23": "Kep",
    "unknown": "Not known",
}
LABELS = {
    "province_of_duty": PROVINCES,
    "province_of_training": PROVINCES,
    "module_id": {
        "crime-scene": "Crime scene management",
        "evidence": "Evidence collection",
        "law": "Human trafficking law",
        "report-writing": "Report writing",
        "witness": "ការការពារសាក្សី (witness protection)",
    },
    "sex": {"female": "Women", "male": "Men", "unknown": "Not known"},
    "category": {"police_officer": "Police officer", "judge": "Judge", "social_worker": "Social worker"},
    "partner_id": {"ijm": "International Justice Mission", "moj-asean-act": "Ministry of Justice with ASEAN-ACT"},
    "topic": {},
}
CODES = {name: tuple(labels) for name, labels in LABELS.items()} | {
    "topic": ("investigation", "law"),
    "unit_code": ("ahtjp", "immigration", "unknown"),
}
KINDS = {
    "completion_rate": ("percent of enrolments", "percent"),
    "share_of_women": ("percent", "percent"),
    "learning_gain": ("points of a hundred", "points"),
    "contact_hours": ("hours", "hours"),
    "person_trainings": ("trainings", "trainings"),
    "module_completions": ("completions", "completions"),
    "programme_progress": ("percent of modules", "percent"),
    "provinces_covered": ("provinces", "provinces"),
    "coverage_gap": ("province × module", "cells"),
}


def make_agreement(funder: str = "justice-fund", **changes: Any) -> tuple[Agreement, Terms]:
    agreement = find_agreement(FUNDERS, funder)
    iati = Iati(
        activity_identifier="XM-EXAMPLE-1",
        reporting_org_ref="XM-EXAMPLE",
        reporting_org_type="40",
        reporting_org_name="Example & Sons",
        title="Training",
        description="Training <of> officers",
        starts_on=date(2012, 1, 1),
        ends_on=date(2030, 12, 31),
    )
    given = {"formats": FORMATS, "hxl": True, "iati": agreement.versions[0].iati or iati, **changes}
    terms = agreement.versions[0].model_copy(update=given)
    return agreement.model_copy(update={"versions": (terms,)}), terms


def make_context(funder: str = "justice-fund", period: str = "FY2016-Q2", **changes: Any) -> Context:
    agreement, terms = make_agreement(funder)
    made: dict[str, Any] = {
        "agreement": agreement,
        "terms": terms,
        "period": find_period(agreement, period)[1],
        "issue": 2,
        "as_of": date(2016, 5, 2),
        "version": "20160502-0a1b2c3d4e5f",
        "content_hash": "ab" * 32,
        "code": "cd" * 32,
        "rule": rule_in_words(terms),
        "definitions": {one.id: _definition(one) for one in terms.indicators},
        "labels": LABELS,
        "exclusions": (Exclusion("not in the population: volunteers", 12), Exclusion("attendance unknown", None)),
        "submissions": (
            Submission("International Justice Mission", "delivered", date(2016, 4, 20)),
            Submission("Ministry of Justice with ASEAN-ACT", "missing"),
        ),
        "restatements": (
            Restated(
                "persons_trained", "period", "FY2016-Q1", "Battambang, Women", Decimal(20), Decimal(26),
                causes=(("late delivery", Decimal(8)), ("identity merge or split", Decimal(-2))),
            ),
            Restated(
                "share_of_women", "cumulative", "FY2016-Q1", "total", Decimal("20.5"), Decimal("19.25"),
                causes=(("corrected delivery", Decimal("-1.25")),),
            ),
            Restated("persons_reached", "period", "FY2016-Q1", "Kep", Decimal(5), None, after_status="suppressed"),
        ),
    }  # fmt: skip
    return Context(**(made | changes))


def make_rows(context: Context, seed: int = 0) -> list[dict[str, Any]]:
    """Return the figures of every disaggregation, of every status, in the order of the agreement."""
    chance = random.Random(seed)
    return [
        _row(context, one, window, cell, chance)
        for one in context.terms.indicators
        for window in WINDOWS
        for group in ((), *one.disaggregations)
        for cell in _cells(sorted(group, key=DIMENSIONS.index))
    ]


def make_table(rows: Sequence[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(list(rows), schema=FIGURES)


def _cells(group: Sequence[str]) -> Iterator[dict[str, str]]:
    for codes in itertools.product(*(CODES[name] for name in group)):
        yield dict(zip(group, codes, strict=True))


def _row(
    context: Context, one: IndicatorTerms, window: str, cell: dict[str, str], chance: random.Random
) -> dict[str, Any]:
    unit, counts = KINDS.get(one.id, ("people", "persons"))
    row: dict[str, Any] = dict.fromkeys(FIGURES.names)
    row |= {
        "funder": context.agreement.id,
        "agreement_version": context.terms.version,
        "period": context.period.id,
        "window": window,
        "indicator": one.id,
        "code": one.code,
        "name": one.name,
        "unit": unit,
        "direction": "down" if counts == "cells" else "up",
        "additive": counts in ("trainings", "completions", "hours"),
        "counts": counts,
        "grouping": ",".join(cell) or "total",
        **cell,
        "baseline": None if cell else one.baseline,
        "target": None if cell or window == "period" else one.target,
        "status": "shown" if not cell else chance.choices(
            ("shown", "suppressed", "no_data", "not_applicable", "withheld"), (20, 3, 1, 1, 1))[0],
    }  # fmt: skip
    if row["status"] == "shown":
        row |= _numbers(row, chance)
    return row


def _numbers(row: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    size = 400 if row["grouping"] == "total" else 30
    people = chance.choice((0, chance.randrange(size)))
    if row["grouping"] == "total":
        people = size - chance.randrange(50)
    found: dict[str, Any] = {"value": Decimal(people), "numerator": Decimal(people), "persons": people}
    if row["counts"] == "percent":
        base = people + chance.randrange(1, 90)
        found |= {"denominator": Decimal(base), "value": (Decimal(100 * people) / base).quantize(Decimal("0.0001"))}
    if row["counts"] == "points":
        gain = Decimal(chance.randrange(-50_000, 300_000)) / 10_000
        found |= {"value": gain, "n_pre": people + 5, "n_post": people + 2, "n_matched": people, "numerator": None}
    if row["counts"] == "persons":
        found |= {"not_met": chance.randrange(9), "undecided": chance.randrange(4)}
        if row["grouping"] == "total":
            found |= {"strict": Decimal(people + 3), "lenient": Decimal(people - 4)}
            found["note"] = "=1+1 is text" if row["indicator"] == "persons_trained" else None
    if row["target"]:
        found["share_of_target"] = (100 * found["value"] / row["target"]).quantize(Decimal("0.0001"))
    return found


def _definition(one: IndicatorTerms) -> Definition:
    if KINDS.get(one.id, ("", ""))[1] == "percent":
        return Definition(f"Share: {one.definition}", "Those who did", "Those of whom it is known")
    return Definition(f"Distinct, by the agreement's rule: {one.definition}")
