"""From a figure to the rows it was counted from: officers → module deliveries → sessions → file, sheet and row.

An indicator's documentation says which counted rows stand behind it (`config.meta.evidence`, a condition on
models/agreements/counted_row). Officers bear the pseudonym of the funder's own key, or, for an auditor, a number that
means nothing outside the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import duckdb
import pyarrow as pa

from warehouse.contract.agreement import DIMENSIONS
from warehouse.errors import TerminalError, did_you_mean
from warehouse.extracts import figures
from warehouse.extracts.parameters import grouping_name
from warehouse.extracts.preparing import Basis, Request
from warehouse.store.snapshots import Snapshot
from warehouse.transform.compiled import Models

_ROWS = """
    select distinct
        trainings.officer_key, trainings.partner_id, trainings.programme_id, trainings.event_id, trainings.module_id,
        trainings.held_on, trainings.province_of_duty, trainings.province_of_training, trainings.category,
        trainings.unit_code, trainings.sex, trainings.sessions_attended, trainings.hours_attended, trainings.is_met,
        windows.starts_on, windows.ends_on
    from workbench.agreements.counted_row as counted
    inner join workbench.agreements.agreement_window as windows on counted.window_number = windows.window_number
    inner join workbench.agreements.counted_value as modules
        on modules.dimension = 'module_id' and counted.module_id_place = modules.place
    inner join workbench.agreements.counted_training as trainings
        on counted.officer_number = trainings.officer_number
        and counted.event_number = trainings.event_number
        and modules.value = trainings.module_id
    where windows.reporting_window = $reporting_window and ({evidence}) {filters}
"""
_SESSIONS = """
    select
        attendance.officer_key, attendance.partner_id, attendance.programme_id, attendance.event_id,
        attendance.module_id, attendance.session_date, attendance.session_number, attendance.status, attendance.hours,
        attendance.delivery_id, deliveries.file_names, bronze.sheet, bronze.row_number, bronze.source_column
    from warehouse.marts.fct_attendance as attendance
    inner join explained on
        attendance.officer_key = explained.officer_key and attendance.partner_id = explained.partner_id
        and attendance.programme_id = explained.programme_id and attendance.event_id = explained.event_id
        and attendance.module_id = explained.module_id
    left join read_parquet($bronze, hive_partitioning = false, union_by_name = true) as bronze
        on attendance.delivery_id = bronze.delivery_id and attendance.row_id = bronze.row_id
    left join read_parquet($deliveries) as deliveries
        on attendance.delivery_id = deliveries.delivery_id and attendance.partner_id = deliveries.partner_id
    order by all
"""
TRAINING = ("officer_key", "partner_id", "programme_id", "event_id", "module_id")


class NotAgreed(TerminalError):
    """The agreement reports no such figure."""

    code: ClassVar[str] = "SALA-X008"
    title: ClassVar[str] = "The agreement reports no such figure"


class FigureHidden(TerminalError):
    """The figure is too small to be shown, and so is what it was counted from."""

    code: ClassVar[str] = "SALA-X009"
    title: ClassVar[str] = "Too few people stand behind this figure"


@dataclass(frozen=True)
class Question:
    """Which figure.

    Attributes:
        indicator: Its id.
        window: `period` or `cumulative`.
        cell: Code by dimension; what is not named is not counted by.
    """

    indicator: str
    window: str
    cell: Mapping[str, str]


def explain(
    basis: Basis,
    snapshot: Snapshot,
    request: Request,
    question: Question,
    pseudonym: Callable[[str], str] | None,
    issued: pa.Table | None = None,
) -> dict[str, Any]:
    """Return what a figure was counted from.

    Args:
        basis: The version that the figure was computed from.
        snapshot: What that version was built from.
        request: Which extract.
        question: Which of its figures.
        pseudonym: The officer's name for the reader, of an officer key; None numbers the officers instead.
        issued: The figures as they were drafted or issued: what they hide is not explained.

    Returns:
        `officers`: each with `officer`, `trainings`: each with place, verdict and `sessions`: each with its file
        (SHA-256 and name), sheet, row and column.

    Raises:
        NotAgreed: The agreement reports no such figure.
        FigureHidden: Fewer people stand behind it than the agreement lets be seen.
    """
    _expect_agreed(request, question)
    _expect_shown(issued, request, question)
    figures.prepare(basis.connection, basis.models, request.agreement, request.terms, request.period)
    trainings = _trainings(basis.connection, basis.models, question)
    officers = sorted({row["officer_key"] for row in trainings})
    _expect_enough(request, question.indicator, len(officers))
    named = {key: pseudonym(key) if pseudonym else n for n, key in enumerate(officers, 1)}
    return {
        **{"funder": request.agreement.id, "period": request.period.id, "indicator": question.indicator},
        **{"window": question.window, "cell": dict(question.cell)},
        "version": basis.version,
        "persons": len(officers),
        "officers": _nested(named, question.cell, trainings, _sessions(basis.connection, snapshot.inputs)),
    }


def _expect_agreed(request: Request, question: Question) -> None:
    known = {one.id: one for one in request.terms.indicators}
    where = f"agreement {request.agreement.id}"
    if question.indicator not in known:
        action = did_you_mean(question.indicator, known)
        raise NotAgreed(where, repr(question.indicator[:60]), "an indicator of the agreement", action)
    reported = [grouping_name(group) for group in ((), *known[question.indicator].disaggregations)]
    asked = grouping_name(tuple(question.cell))
    if asked not in reported:
        expected = f"one of the figures it reports: {'; '.join(reported)}"
        raise NotAgreed(where, f"{question.indicator} by {asked}", expected, "Ask for one of those.")


def _expect_shown(issued: pa.Table | None, request: Request, question: Question) -> None:
    """Refuse what the issue itself does not show."""
    if issued is None:
        return
    wanted = {"indicator": question.indicator, "window": question.window}
    wanted |= {"grouping": grouping_name(tuple(question.cell)), **question.cell}
    rows = issued.select([*wanted, "status"]).to_pylist()
    if any(row["status"] == "suppressed" and all(row[n] == v for n, v in wanted.items()) for row in rows):
        raise _hidden(request, question.indicator)


def _expect_enough(request: Request, indicator: str, officers: int) -> None:
    least = request.terms.disclosure.minimum
    if 0 < officers < least:
        raise _hidden(request, indicator)


def _hidden(request: Request, indicator: str) -> FigureHidden:
    least = request.terms.disclosure.minimum
    return FigureHidden(
        f"{request.agreement.id} {request.period.id} {indicator}",
        f"fewer than {least} people, or a figure that would give away such",
        f"at least {least}, by the agreement's disclosure rule",
        "Ask for a coarser figure.",
    )


def _trainings(connection: duckdb.DuckDBPyConnection, models: Models, question: Question) -> list[dict[str, Any]]:
    evidence = models.nodes[question.indicator].meta["evidence"]
    given = {str(name): question.cell[name] for name in DIMENSIONS if name in question.cell}
    filters = "".join(f" and trainings.{name} = ${name}" for name in given)
    query = _ROWS.format(evidence=evidence, filters=filters)
    values: dict[str, str] = {"reporting_window": question.window, **given}
    connection.execute(f"create or replace temp table explained as {query}", values)
    return _rows(connection.execute("select * from explained order by all"))


def _sessions(connection: duckdb.DuckDBPyConnection, inputs: Path) -> list[dict[str, Any]]:
    places = {
        "bronze": str(inputs / "bronze/attendance/*/*.parquet"),
        "deliveries": str(inputs / "build/inputs/deliveries.parquet"),
    }
    return _rows(connection.execute(_SESSIONS, places))


def _rows(result: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = result.to_arrow_table().to_pylist()
    return rows


def _nested(
    named: dict[str, Any], cell: Mapping[str, str], trainings: list[dict[str, Any]], sessions: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    held: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for row in sessions:
        held.setdefault(tuple(row[name] for name in TRAINING), []).append(_without(row, TRAINING))
    found: dict[str, list[dict[str, Any]]] = {}
    for row in trainings:
        own = held.get(tuple(row[name] for name in TRAINING), [])
        # What the figure is not counted by stays out: a list sorted by it would rebuild finer, hidden figures.
        shown = _without(row, ("officer_key", "starts_on", "ends_on", *_described(row, cell)))
        found.setdefault(row["officer_key"], []).append({**shown, "sessions": own})
    return [
        {"officer": named[key], "trainings": rows}
        for key, rows in sorted(found.items(), key=lambda i: str(named[i[0]]))
    ]


def _described(row: dict[str, Any], cell: Mapping[str, str]) -> list[str]:
    person = ("province_of_duty", "category", "unit_code", "sex")
    return [name for name in person if name in row and name not in cell]


def _without(row: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in names}
