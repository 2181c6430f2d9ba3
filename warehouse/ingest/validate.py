"""Validate: the promises of the contract, asked of the conformed rows; failing rows become refusals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from warehouse.contract.entities import Kind
from warehouse.contract.model import ColumnContract, Rule, Table
from warehouse.ingest.columns import Column, Rows, combined, numbered
from warehouse.ingest.conform import Conformed, RowsRefused
from warehouse.ingest.expectations import Question, failing
from warehouse.ingest.messages import MESSAGES, called, sentence
from warehouse.ingest.persons import says_who
from warehouse.ingest.sources import sources
from warehouse.ingest.values import describe_expected, describe_window

LAYOUT_RULES = frozenset({"row_width", "error_cell", "formula_without_result", "zeros_lost", "legacy_font"})
# What the contract foresees is no fault of the file: it counts towards no tolerance.
FORESEEN = frozenset({"superseded", "rejected_status"})
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
    distinct = [_distinct(conformed, check, open_rows) for check in checks]
    for _, places in distinct:
        places[passed_over] = -1
    questions = [
        Question(check.rule, check.expectation, check.kwargs, values)
        for check, (values, _) in zip(checks, distinct, strict=True)
    ]
    refusals, summaries = [], []
    for check, (_, places), failed in zip(checks, distinct, failing(questions), strict=True):
        rows = np.flatnonzero(np.isin(places, failed)) if len(failed) else np.empty(0, np.int64)
        column = check.columns[0] if len(check.columns) == 1 else None
        summaries.append(
            {
                "rule": check.rule,
                "column_name": column,
                "severity": check.severity,
                "rows_evaluated": int(np.count_nonzero(places >= 0)),
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
    if contract.required:
        yield "required_empty", "expect_column_values_to_not_be_null", {}, ""
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


def _distinct(
    conformed: Conformed, check: Check, open_rows: npt.NDArray[np.bool_]
) -> tuple[dict[str, list[object | None]], npt.NDArray[np.int64]]:
    """Return the distinct values of a check's columns and, for each row, which of them it holds (-1: not asked)."""
    columns = [conformed.columns[name] for name in check.columns]
    if check.expectation.endswith("_to_be_unique"):
        return _suspects(columns, check.columns, open_rows)
    if check.kind == "required_empty":
        columns = [_by_presence(columns[0])]
    numbers, first = numbered(columns)
    readable = np.ones(len(first), bool)
    for column in columns:  # a text that broke a rule of reading has no value; it is refused already
        if any(column.rules):
            readable &= np.array([rule is None for rule in column.rules])[column.codes[first]]
    kept = np.flatnonzero(readable)
    renumbered = np.full(len(first), -1, np.int64)
    renumbered[kept] = np.arange(len(kept))
    values = {name: _values(column, first[kept]) for name, column in zip(check.columns, columns, strict=True)}
    return values, renumbered[numbers]


def _suspects(
    columns: list[Column], names: tuple[str, ...], open_rows: npt.NDArray[np.bool_]
) -> tuple[dict[str, list[object | None]], npt.NDArray[np.int64]]:
    """For uniqueness the question is about rows that share their key with another: all others hold it.

    Whether they may depends only on how many share it: one example of each number is asked, without any value.
    """
    keys = combined(columns)
    rows = np.flatnonzero(open_rows)
    shared = rows[pd.Series(keys[rows]).duplicated(keep=False).to_numpy()]
    groups = pd.factorize(keys[shared])[0]
    numbers, example_of = np.unique(np.bincount(groups)[groups], return_inverse=True)
    places = np.full(len(keys), -1, np.int64)
    places[shared] = (np.cumsum(numbers) - numbers)[example_of]  # where the example's rows begin
    examples = np.repeat(np.arange(len(numbers)), numbers).tolist()
    return {name: [*examples] for name in names}, places


def _by_presence(column: Column) -> Column:
    """Return the column with two values, one that is there and one that is not: nothing else is asked of it."""
    return Column.of(column.codes, [None if value is None else "there" for value in column.values], column.rules)


def _values(column: Column, rows: Rows) -> list[object | None]:
    return [column.values[code] for code in column.codes[rows]]


def repeated_rows(conformed: Conformed) -> npt.NDArray[np.bool_]:
    """Return which rows equal an earlier row of the file in every canonical column.

    A row that is refused as a whole, or has a fault of layout (a cell too many, an error cell), does not make a sound
    row after it a repeat.
    """
    faulty = np.zeros(len(conformed), np.int32)
    for rule, rows, _ in conformed.faults:
        faulty[rows] |= rule in LAYOUT_RULES
    for refused in conformed.refused:
        faulty[refused.rows] = 1
    layout = Column(faulty, [False, True], [None, None])
    return pd.Series(combined([layout, *conformed.columns.values()])).duplicated().to_numpy()


def nobody_rows(conformed: Conformed, table: Table) -> npt.NDArray[np.bool_]:
    """Return which rows hold nothing that says who they are about."""
    nobody = np.ones(len(conformed), bool)
    for contract in table.columns:
        if contract.column.identifies and contract.name not in ("birth_date", "birth_year"):
            column = conformed.columns[contract.name]
            nobody &= np.array([not says_who(value) for value in column.values])[column.codes]
    return nobody
