"""Evaluate promises with Great Expectations and count the rows that break them."""

from __future__ import annotations

import math
import os
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import duckdb
import numpy as np

from warehouse.audit.catalogue import Reads, class_name
from warehouse.audit.frames import Frame, read_frame
from warehouse.audit.suites import Promise, Suite
from warehouse.errors import TerminalError


class PromiseNotEvaluated(TerminalError):
    """Great Expectations could not evaluate an expectation, so nothing can be said."""

    code = "SALA-A003"
    title = "An expectation could not be evaluated"


@dataclass(frozen=True)
class Outcome:
    """What became of one promise.

    Attributes:
        table: `schema.table`.
        promise: With the bounds used, relative ones made concrete.
        success: Whether it holds.
        evaluated: Rows looked at; rows without a value are not, unless that is the question.
        failed: Rows that break it; for a promise about the whole table, all rows or none.
    """

    table: str
    promise: Promise
    success: bool
    evaluated: int
    failed: int


def validator_context() -> Any:
    """Return an ephemeral Great Expectations context: no telemetry, no progress bars, nothing kept on disk."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = great_expectations.get_context(mode="ephemeral")
    context.enable_analytics(False)
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    return context


def concrete(promise: Promise, previous_rows: int, as_of: date) -> Promise:
    """Return the promise with bounds relative to the last version or to `as_of` turned into numbers and days.

    Before the first publication `previous_rows` is 0, so a lower bound holds and an upper one is not set:
    the first version is not "more than before".
    """
    bounds: dict[str, Any] = {}
    if "min" in promise.shares:
        bounds["min_value"] = math.floor(promise.shares["min"] * previous_rows)
    if "max" in promise.shares and previous_rows:
        bounds["max_value"] = math.ceil(promise.shares["max"] * previous_rows)
    for key in ("min", "max"):
        if f"{key}_days" in promise.days:
            bounds[f"{key}_value"] = as_of + timedelta(days=promise.days[f"{key}_days"])
    previous = previous_rows if promise.shares and previous_rows else None
    return replace(promise, kwargs={**promise.kwargs, **bounds}, previous=previous)


def evaluate(context: Any, connection: duckdb.DuckDBPyConnection, suite: Suite) -> list[Outcome]:
    """Evaluate a suite whose promises are concrete, in the suite's order.

    Raises:
        PromiseNotEvaluated: Great Expectations raised an error, so the answer is unknown, not "no".
    """
    groups: dict[tuple[Reads, tuple[str, ...]], list[Promise]] = defaultdict(list)
    for promise in suite.promises:
        groups[promise.reads, promise.columns].append(promise)
    outcomes: dict[int, Outcome] = {}
    for (reads, columns), promises in groups.items():
        frame = read_frame(connection, suite.table, reads, columns)
        for promise, result in zip(promises, _validate(context, suite.table, frame, promises), strict=True):
            outcomes[id(promise)] = _outcome(suite.table, promise, frame, result)
    return [outcomes[id(promise)] for promise in suite.promises]


def _validate(context: Any, table: str, frame: Frame, promises: list[Promise]) -> list[Any]:
    """Return Great Expectations' results in the order of the promises.

    It orders them by kind itself and answers equal questions once, so each question is asked once, by number.
    """
    from great_expectations import ExpectationSuite

    questions = [repr((promise.expectation, _asked(promise))) for promise in promises]
    suite = ExpectationSuite(table)
    for number, question in enumerate(questions):
        if questions.index(question) == number:
            suite.add_expectation(_expectation(table, promises[number], number))
    batch = _whole_frames(context).get_batch({"dataframe": frame.data})
    results = batch.validate(suite, result_format={"result_format": "COMPLETE"}).results
    answers = {questions[result.expectation_config.meta["number"]]: result for result in results}
    return [answers[question] for question in questions]


def _whole_frames(context: Any) -> Any:
    """Return what makes batches of frames, one for all: what is added to a context is written out as YAML."""
    name, sources = "build", context.data_sources
    if name in sources.all():
        return sources.get(name).get_asset("frame").get_batch_definition("whole")
    return sources.add_pandas(name).add_dataframe_asset("frame").add_batch_definition_whole_dataframe("whole")


def _asked(promise: Promise) -> dict[str, Any]:
    """Return the keywords without the tolerated share: it is of rows, here it would be of distinct values."""
    return {key: value for key, value in promise.kwargs.items() if key != "mostly"}


def _expectation(table: str, promise: Promise, number: int) -> Any:
    import great_expectations.expectations as gxe

    try:
        return getattr(gxe, class_name(promise.expectation))(**_asked(promise), meta={"number": number})
    except ValueError as error:  # pydantic's, for keywords that contradict each other
        raise _not_evaluated(table, promise, " ".join(str(error).split())) from error


def _outcome(table: str, promise: Promise, frame: Frame, result: Any) -> Outcome:
    if result.exception_info and result.exception_info.get("raised_exception"):
        raise _not_evaluated(table, promise, str(result.exception_info.get("exception_message"))[:300])
    unexpected = result.result.get("unexpected_index_list")
    if unexpected is None:  # about the table or the column as a whole
        return Outcome(table, promise, bool(result.success), frame.total, 0 if result.success else frame.total)
    # The list of *values* is cut at 200 by Great Expectations 1.24; the list of positions is whole.
    if len(unexpected) != result.result["unexpected_count"]:
        raise _not_evaluated(table, promise, "only some of the failing positions were reported")
    failed = int(frame.rows[np.asarray(unexpected, dtype=np.int64)].sum())
    evaluated = frame.total - int(frame.rows[_ignored(frame, promise)].sum())
    held = 1.0 if not evaluated else (evaluated - failed) / evaluated
    return Outcome(table, promise, held >= float(promise.kwargs.get("mostly", 1)), evaluated, failed)


def _not_evaluated(table: str, promise: Promise, found: str) -> PromiseNotEvaluated:
    return PromiseNotEvaluated(
        where=f"{table}: {promise.expectation} on {', '.join(promise.columns) or 'the table'}",
        found=found,
        expected="an answer, yes or no",
        action=f"Mend the expectation's keywords in expectations/suites/{table.split('.')[1]}.yaml",
    )


def _ignored(frame: Frame, promise: Promise) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Return which lines Great Expectations leaves out because values are missing."""
    missing = frame.data[list(promise.columns)].isna().to_numpy(dtype=bool)
    rule = str(promise.kwargs.get("ignore_row_if", "never" if missing.shape[1] > 1 else "value"))
    if promise.expectation.endswith("_null") or rule in ("never", "neither"):
        return np.zeros(len(missing), dtype=bool)
    every = rule in ("both_values_are_missing", "all_values_are_missing", "value")
    return np.asarray(missing.all(axis=1) if every else missing.any(axis=1))
