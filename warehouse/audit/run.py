"""Run every suite over the build file and say whether it may be published."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import duckdb
import pyarrow as pa

from warehouse.audit.docs import audit_pages, ingest_pages, write_docs
from warehouse.audit.evaluate import Outcome, concrete, evaluate, validator_context
from warehouse.audit.frames import row_count, table_columns
from warehouse.audit.suites import ERROR, WARNING, Promise, Suite, SuitesInvalid, folder, load_suites
from warehouse.contract.mistakes import Mistake
from warehouse.errors import TerminalError, did_you_mean
from warehouse.store import builds, versions
from warehouse.store.database import open_build, open_version
from warehouse.store.files import write_json, write_parquet
from warehouse.store.home import Home
from warehouse.store.locks import writer_lock

Beside = Callable[[Home, builds.Build], None]
EXPECTATION_RESULTS = pa.schema(
    [
        pa.field("table_name", pa.string()),
        pa.field("expectation", pa.string()),
        pa.field("column_name", pa.string()),  # several joined with ", "; null when it is about the table
        pa.field("severity", pa.string()),  # error | warning
        pa.field("success", pa.bool_()),
        pa.field("rows_evaluated", pa.int64()),
        pa.field("rows_failed", pa.int64()),
        pa.field("why", pa.string()),
        pa.field("resolve", pa.string()),
    ]
)


class AuditFailed(TerminalError):
    """A promise of severity error does not hold: this build is not published."""

    code = "SALA-A001"
    title = "The audit failed; the published version stays as it is"

    def __init__(self, where: str, failures: list[Outcome]) -> None:
        self.failures = tuple(failures)
        indent = "\n            "
        super().__init__(
            where,
            indent.join([f"{len(failures)} promise(s) to readers do not hold", *map(_sentence, failures)]),
            indent.join(outcome.promise.why for outcome in failures),
            indent.join(dict.fromkeys(outcome.promise.resolve for outcome in failures)),
        )


def run_audit(home: Home, accept_volume: bool = False, beside: Beside = lambda *_: None) -> dict[str, Any]:
    """Evaluate all suites on the build file.

    Args:
        home: Where everything lies.
        accept_volume: Somebody has looked at a drop or jump in volume and found it right: promises relative
            to the previous version become warnings for this build.
        beside: Called in a thread of its own, as an audit keeps one processor busy; what it raises is raised last.

    Returns:
        `build_id`, `passed`, `promises`, `warnings`, `data_docs` and `seconds`.

    Raises:
        WriterBusy: Another step holds the build file.
        BuildIncomplete: There is no finished build.
        SuitesInvalid: A suite holds a mistake or names what the build does not have.
        AuditFailed: A promise of severity error does not hold; results and Data Docs are written all the same.
    """
    started = time.monotonic()
    suites = load_suites(home)
    with writer_lock(home, "audit"), ThreadPoolExecutor(1) as other:
        build = builds.finished(home)
        (builds.audit_folder(home) / "audit.json").unlink(missing_ok=True)
        besides = other.submit(beside, home, build)
        context = validator_context()
        outcomes = _outcomes(home, context, suites, build, accept_volume)
        docs = write_docs(context, home, {**audit_pages(outcomes), **ingest_pages(home)})
        failures = [o for o in outcomes if not o.success and o.promise.severity == ERROR]
        _write_results(home, build, outcomes, passed=not failures)
    if failures:
        raise AuditFailed(str(home.build_database), failures)
    besides.result()
    return {
        "build_id": build.build_id,
        "passed": True,
        "promises": len(outcomes),
        "warnings": [_warning(o) for o in outcomes if not o.success],
        "data_docs": str(docs),
        "seconds": round(time.monotonic() - started, 2),
    }


def _outcomes(
    home: Home, context: Any, suites: tuple[Suite, ...], build: builds.Build, accept_volume: bool
) -> list[Outcome]:
    """Return what became of each promise; raise for a suite that names what the build does not have."""
    with open_build(home) as connection:
        _check_tables(home, connection, suites)
        meant = _made_concrete(home, suites, build, accept_volume)
        return [outcome for suite in meant for outcome in evaluate(context, connection, suite)]


def _check_tables(home: Home, connection: duckdb.DuckDBPyConnection, suites: tuple[Suite, ...]) -> None:
    """Raise for tables and columns that a suite names and the build does not have."""
    mistakes = []
    for suite in suites:
        there = table_columns(connection, suite.table)
        if not there:
            mistakes.append(
                Mistake(suite.file, "table", repr(suite.table), "a table of the build", "see transforms/models")
            )
            continue
        for number, promise in enumerate(suite.promises):
            mistakes += [
                Mistake(suite.file, f"expectations[{number}]", repr(name), "a column", did_you_mean(name, there))
                for name in promise.columns
                if name not in there
            ]
    if mistakes:
        raise SuitesInvalid(str(folder(home)), mistakes)


def _made_concrete(
    home: Home, suites: tuple[Suite, ...], build: builds.Build, accept_volume: bool
) -> tuple[Suite, ...]:
    """Return the suites with bounds relative to the previous version and to `as_of` made concrete."""
    before = _previous_rows(home, {s.table for s in suites if any(p.shares for p in s.promises)})

    def made(suite: Suite, promise: Promise) -> Promise:
        softened = replace(promise, severity=WARNING) if accept_volume and promise.shares else promise
        return concrete(softened, before.get(suite.table, 0), build.as_of)

    return tuple(replace(suite, promises=tuple(made(suite, p) for p in suite.promises)) for suite in suites)


def _previous_rows(home: Home, tables: set[str]) -> dict[str, int]:
    version = versions.current_or_none(home)
    if version is None or not tables:
        return {}
    connection = open_version(version.path)
    try:
        return {table: row_count(connection, table) for table in tables}
    finally:
        connection.close()


def _write_results(home: Home, build: builds.Build, outcomes: list[Outcome], passed: bool) -> None:
    """Write the results, then the record that ties them to this build; publish believes the record only."""
    target = builds.audit_folder(home) / "expectation_results.parquet"
    write_parquet(home, target, pa.Table.from_pylist([_row(o) for o in outcomes], schema=EXPECTATION_RESULTS))
    record = {
        "build": build.as_dict(),
        "passed": passed,
        "results_sha256": hashlib.sha256(target.read_bytes()).hexdigest(),
    }
    write_json(home, target.with_name("audit.json"), record)


def _row(outcome: Outcome) -> dict[str, Any]:
    promise = outcome.promise
    return {
        "table_name": outcome.table,
        "expectation": promise.expectation,
        "column_name": ", ".join(promise.columns) or None,
        "severity": promise.severity,
        "success": outcome.success,
        "rows_evaluated": outcome.evaluated,
        "rows_failed": outcome.failed,
        "why": promise.why,
        "resolve": promise.resolve,
    }


def _warning(outcome: Outcome) -> dict[str, str]:
    return {"found": _sentence(outcome), "why": outcome.promise.why, "action": outcome.promise.resolve}


def _sentence(outcome: Outcome) -> str:
    start = f"{outcome.table}: {outcome.promise.sentence}"
    if outcome.promise.previous is not None:
        return f"{start}: {outcome.evaluated} rows; the last version had {outcome.promise.previous}"
    return f"{start}: {outcome.failed} of {outcome.evaluated} rows fail"
