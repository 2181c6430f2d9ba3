"""The extract as one JSON document for automated readers; docs/schemas/extract.schema.json describes every field.

Fields keep their names. A new field raises the schema's minor version, anything else its major one.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from warehouse.contract.agreement import DIMENSIONS
from warehouse.extracts.formats.context import Context, Restated
from warehouse.extracts.formats.extract import Extract, Row, dimensions_of, number

SCHEMA_VERSION = "1.0"
_CONSTANT = ("code", "name", "unit", "direction", "additive", "counts")  # of an indicator, so said once
_ELSEWHERE = frozenset(("funder", "agreement_version", "period", "grouping", *_CONSTANT, *DIMENSIONS))


def write_json(extract: Extract, folder: Path) -> list[Path]:
    """Write `extract.json`, one figure a line."""
    path = folder / "extract.json"
    head = json.dumps(_head(extract), ensure_ascii=False, indent=1)
    lines = ",\n".join(json.dumps(_figure(row), ensure_ascii=False) for row in extract.rows)
    path.write_text(f'{head[:-2]},\n "figures": [\n{lines}\n ]\n}}\n', encoding="utf-8")
    return [path]


def _head(extract: Extract) -> dict[str, Any]:
    context = extract.context
    terms, period = context.terms, context.period
    return {
        "schema_version": SCHEMA_VERSION,
        "agreement": {
            "id": context.agreement.id,
            "version": terms.version,
            "name": context.agreement.name,
            "funder": context.agreement.funder,
        },
        "period": {
            "id": period.id,
            "starts_on": period.starts_on.isoformat(),
            "ends_on": period.ends_on.isoformat(),
            "cumulative_from": terms.cumulative_from.isoformat(),
        },
        "issue": context.issue,
        "as_of": context.as_of.isoformat(),
        "source": {"version": context.version, "content_hash": context.content_hash, "code": context.code},
        "rule": list(context.rule),
        "indicators": [_indicator(rows[0], context) for rows in extract.by_indicator.values()],
        "labels": {name: dict(sorted(codes.items())) for name, codes in sorted(context.labels.items())},
        "exclusions": [{"what": one.what, "persons": one.persons} for one in context.exclusions],
        "submissions": [
            {
                "partner": one.partner,
                "state": one.state,
                "last_delivery": one.last_delivery.isoformat() if one.last_delivery else None,
            }
            for one in context.submissions
        ],
        "restatements": [_restated(one) for one in context.restatements],
    }


def _indicator(row: Row, context: Context) -> dict[str, Any]:
    worded = next(one for one in context.terms.indicators if one.id == row["indicator"])
    meant = context.definitions.get(worded.id)
    return {
        "id": worded.id,
        **{name: row[name] for name in _CONSTANT},
        "definition": worded.definition,
        "meaning": meant.meaning if meant else "",
        "numerator": meant.numerator if meant else "",
        "denominator": meant.denominator if meant else "",
    }


def _figure(row: Row) -> dict[str, Any]:
    figure: dict[str, Any] = {"dimensions": {name: row[name] for name in dimensions_of(row)}}
    for name, value in row.items():
        if name not in _ELSEWHERE:
            figure[name] = value if isinstance(value, str) else number(value)
    return figure


def _restated(one: Restated) -> dict[str, Any]:
    return {
        "indicator": one.indicator,
        "window": one.window,
        "period": one.period,
        "cell": one.cell,
        "before": {"value": number(one.before), "status": one.before_status},
        "after": {"value": number(one.after), "status": one.after_status},
        "difference": number(one.difference),
        "causes": [{"cause": cause, "amount": number(amount)} for cause, amount in one.causes],
    }
