"""Validate: the promises of the contract, asked of the conformed rows; failing rows become refusals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from warehouse.contract.entities import Kind
from warehouse.contract.model import ColumnContract, Rule, Table
from warehouse.ingest.columns import Column, Rows, combined, numbered, shared
from warehouse.ingest.conform import Conformed, RowsRefused
from warehouse.ingest.expectations import Question, failing
from warehouse.ingest.messages import MESSAGES, called, sentence
from warehouse.ingest.persons import says_who
from warehouse.ingest.sources import sources
from warehouse.ingest.values import describe_expected, describe_window

LAYOUT_RULES = frozenset({"row_width", "error_cell", "formula_without_result", "zeros_lost", "legacy_font"})
# What the contract foresees is no fault of the file: it counts towards no tolerance.
FORESEEN = frozenset({"superseded", "rejected_status"})
_CELL = "cell"  # stands for whatever column it is
_MOST_DAYS = 10_000  # of a course window; the verdicts on a longer one would not be remembered
ALONE = FORESEEN | {"parent_missing"}  # such a row has no other reason worth telling


@dataclass(frozen=True)
class Refusal:
    """Rows that break one rule: the rule's name and code, the rows, the column and the sentence."""

    rule: str
    code: str
    rows: Rows
    column: str | None
    message: str
    header: str | None = None


@dataclass(frozen=True)
class Check:
    """A question about rows and what its failure means."""

    rule: str
    kind: str
    severity: str
    columns: tuple[str, ...]
    expectation: str
    kwargs: dict[str, Any]
    expected: str


@dataclass(frozen=True)
class Asked:
    """What a check asks, and of which rows.

    Attributes:
        values: For each column the distinct values, as the question names them.
        codes: For each row a code.
        places: For each code the place among `values`; -1 where nothing is asked.
    """

    values: dict[str, list[object | None]]
    codes: npt.NDArray[np.integer[Any]]
    places: npt.NDArray[np.int64]

    def rows(self, failed: npt.NDArray[np.int64], counting: npt.NDArray[np.bool_]) -> Rows:
        """Return the rows that hold a value that failed."""
        if not len(failed):
            return np.empty(0, np.int64)
        return np.flatnonzero(np.isin(self.places, failed)[self.codes] & counting)

    def evaluated(self, counting: npt.NDArray[np.bool_]) -> int:
        """Return of how many rows something is asked."""
        if (self.places >= 0).all():
            return int(np.count_nonzero(counting))
        return int(np.count_nonzero((self.places >= 0)[self.codes] & counting))


def refusals_of_reading(conformed: Conformed, table: Table) -> list[Refusal]:
    """Return what could not be read or converted, as refusals."""
    contracts = {c.name: c for c in table.columns}
    refusals = []
    for rule, rows, column in conformed.faults:
        expected = describe_expected(contracts[column], rule, table) if column in contracts else ""
        refusals += _refusals(conformed, table, (rule, rule), rows, column, expected)
    return refusals + [_of_rows(refused) for refused in conformed.refused if refused.rule not in ALONE]


def refusals_alone(conformed: Conformed) -> list[Refusal]:
    """Return the rows that are refused for one reason, whatever else may be wrong with them."""
    return [_of_rows(refused) for refused in conformed.refused if refused.rule in ALONE]


def _of_rows(refused: RowsRefused) -> Refusal:
    rule, subject, expected, rows = refused
    return Refusal(rule, MESSAGES[rule].code, rows, None, sentence(rule, subject, expected))


def _refusals(
    conformed: Conformed, table: Table, rule_and_kind: tuple[str, str], rows: Rows, column: str | None, expected: str
) -> list[Refusal]:
    """Return one refusal for each header the rows' values stand under."""
    rule, kind = rule_and_kind
    return [
        Refusal(rule, MESSAGES[kind].code, where.rows, column, sentence(kind, where.subject, expected), where.header)
        for where in sources(conformed, table, column, rows)
    ]


def validate(
    conformed: Conformed, table: Table, open_rows: npt.NDArray[np.bool_], passed_over: npt.NDArray[np.bool_]
) -> tuple[list[Refusal], list[dict[str, Any]]]:
    """Ask every promise of the table.

    Args:
        conformed: The rows.
        table: The contract's table.
        open_rows: Which rows are neither repeats nor refused already; others cannot contradict them.
        passed_over: Rows that do not count, of which nothing is asked.

    Returns:
        The refusals of error-severity rules, and one summary per rule (see `store.schemas.VALIDATIONS`).
    """
    checks = list(_checks(conformed, table))
    asked = [_asked(conformed, check, open_rows) for check in checks]
    questions = [
        Question(check.rule, check.expectation, check.kwargs, of.values, _foreseen(check))
        for check, of in zip(checks, asked, strict=True)
    ]
    counting, refusals, summaries = ~passed_over, [], []
    for check, of, failed in zip(checks, asked, failing(questions), strict=True):
        rows = of.rows(failed, counting)
        column = check.columns[0] if len(check.columns) == 1 else None
        summaries.append(
            {
                "rule": check.rule,
                "column_name": column,
                "severity": check.severity,
                "rows_evaluated": of.evaluated(counting),
                "rows_failed": len(rows),
            }
        )
        if len(rows) and check.severity == "error":
            refusals += _refusals(conformed, table, (check.rule, check.kind), rows, column, check.expected)
    return refusals, summaries


def _checks(conformed: Conformed, table: Table) -> Iterator[Check]:
    """Yield the suite derived from the contract: required, agreed codes, course window, uniqueness, own rules."""
    for contract in table.columns:
        for kind, expectation, kwargs, expected in _promises(contract, table):
            columns = (contract.name,)
            yield Check(kind, kind, "error", columns, expectation, {"column": contract.name, **kwargs}, expected)
    if table.primary_key:
        own = conformed.headers
        headers = ", ".join(f"'{own[name]}'" if name in own else called(name) for name in table.primary_key)
        unique, key = "expect_compound_columns_to_be_unique", {"column_list": list(table.primary_key)}
        yield Check("key_conflict", "key_conflict", "error", table.primary_key, unique, key, headers)
    yield from (_own(rule) for rule in table.rules)


def _promises(contract: ColumnContract, table: Table) -> Iterator[tuple[str, str, dict[str, Any], str]]:
    """Yield what one column's contract implies: kind of rule, expectation, its arguments, what may stand there."""
    if contract.required:  # the same question of every column, so that it is put to the validator once
        yield "required_empty", "expect_column_values_to_not_be_null", {"column": _CELL}, ""
    if contract.column.kind is Kind.CODE:
        codes = list(contract.column.codes)
        yield "code_unknown", "expect_column_values_to_be_in_set", {"value_set": codes}, ", ".join(codes)
    window = table.options.courseWindow
    if window and contract.column.kind is Kind.DATE and not contract.column.identifies:
        bounds = {"min_value": window.from_, "max_value": window.to}
        yield "date_outside_window", "expect_column_values_to_be_between", bounds, describe_window(contract, window)
    if contract.unique:
        yield "value_not_unique", "expect_column_values_to_be_unique", {}, ""


def _own(rule: Rule) -> Check:
    kwargs = dict(rule.kwargs)
    columns = [v for k, v in kwargs.items() if k in ("column", "column_A", "column_B")] + kwargs.get("column_list", [])
    if len(columns) == 2 and "column_A" in kwargs:
        kwargs.setdefault("ignore_row_if", "either_value_is_missing")
    return Check(rule.name, "contract_rule", rule.severity, tuple(columns), rule.expectation, kwargs, rule.message)


def _asked(conformed: Conformed, check: Check, open_rows: npt.NDArray[np.bool_]) -> Asked:
    """Return the distinct values of a check's columns, and which rows hold them."""
    columns = [conformed.columns[name] for name in check.columns]
    if check.expectation.endswith("_to_be_unique"):
        return _suspects(columns, check.columns, open_rows)
    if len(columns) == 1:  # its values have numbers already
        return _of_one(columns[0], check)
    numbers, first = numbered(columns)
    readable = np.ones(len(first), bool)
    for column in columns:
        readable &= _readable(column)[column.codes[first]]
    kept = first[readable]
    values = {name: _values(column, kept) for name, column in zip(check.columns, columns, strict=True)}
    return Asked(values, numbers, _counted(readable))


def _of_one(column: Column, check: Check) -> Asked:
    (name,), readable = check.columns, _readable(column)
    if check.kind == "required_empty":  # nothing else is asked of a value than whether it is there
        missing = np.array([value is None for value in column.values], np.int64)
        return Asked({_CELL: ["there", None]}, column.codes, np.where(readable, missing, -1))
    values = [column.values[place] for place in np.flatnonzero(readable).tolist()]
    return Asked({name: values}, column.codes, _counted(readable))


def _readable(column: Column) -> npt.NDArray[np.bool_]:
    """Return which values can be asked of: a text that broke a rule of reading has none, and is refused already."""
    return np.array([rule is None for rule in column.rules], bool)


def _counted(chosen: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """Return the number of each that is chosen, from 0; -1 for the others."""
    return np.where(chosen, np.cumsum(chosen) - 1, -1)


def _foreseen(check: Check) -> tuple[dt.date, ...]:
    """Return the days of the course window: else the validator is asked about the few days of each file anew."""
    bounded = check.kind == "date_outside_window"
    return _days(check.kwargs["min_value"], check.kwargs["max_value"]) if bounded else ()


@cache
def _days(first: dt.date, last: dt.date) -> tuple[dt.date, ...]:
    """Return all days from the first to the last; none of a time so long that its verdicts are not remembered."""
    days = (last - first).days + 1
    return tuple(first + dt.timedelta(day) for day in range(days)) if days <= _MOST_DAYS else ()


def _suspects(columns: list[Column], names: tuple[str, ...], open_rows: npt.NDArray[np.bool_]) -> Asked:
    """For uniqueness the question is about rows that share their key with another: all others hold it.

    Whether they may depends only on how many share it: one example of each number is asked, without any value.
    """
    keys = combined(columns)
    rows = np.flatnonzero(open_rows)
    suspects = rows[shared(keys[rows])]
    groups = pd.factorize(keys[suspects])[0]
    numbers, example_of = np.unique(np.bincount(groups)[groups], return_inverse=True)
    examples = np.repeat(np.arange(len(numbers)), numbers).tolist()
    codes = np.zeros(len(keys), np.int64)
    codes[suspects] = example_of + 1
    places = np.append(-1, np.cumsum(numbers) - numbers)  # where the example's rows begin
    return Asked({name: [*examples] for name in names}, codes, places)


def _values(column: Column, rows: Rows) -> list[object | None]:
    return [column.values[code] for code in column.codes[rows]]


def repeated_rows(conformed: Conformed, table: Table) -> npt.NDArray[np.bool_]:
    """Return which rows equal an earlier row of the file in every canonical column.

    A row that is refused as a whole, or has a fault of layout (a cell too many, an error cell), does not make a sound
    row after it a repeat.
    """
    faulty = np.zeros(len(conformed), np.int32)
    for rule, rows, _ in conformed.faults:
        faulty[rows] |= rule in LAYOUT_RULES
    for refused in conformed.refused:
        faulty[refused.rows] = 1
    columns = [Column(faulty, [False, True], [None, None]), *conformed.columns.values()]
    # A key tells nearly all rows apart: only rows that share theirs are looked at further.
    key = [conformed.columns[name] for name in table.primary_key]
    alike = shared(combined(key)) if key else np.arange(len(conformed))
    repeated = np.zeros(len(conformed), bool)
    repeated[alike] = pd.Series(combined([column.at(alike) for column in columns])).duplicated().to_numpy()
    return repeated


def nobody_rows(conformed: Conformed, table: Table) -> npt.NDArray[np.bool_]:
    """Return which rows hold nothing that says who they are about."""
    nobody = np.ones(len(conformed), bool)
    for contract in table.columns:
        if contract.column.identifies and contract.name not in ("birth_date", "birth_year"):
            column, rows = conformed.columns[contract.name], np.flatnonzero(nobody)
            asked = np.flatnonzero(np.bincount(column.codes[rows], minlength=len(column.values)))
            silent = np.zeros(len(column.values), bool)
            silent[asked] = [not says_who(column.values[code]) for code in asked.tolist()]
            nobody[rows] = silent[column.codes[rows]]
    return nobody
