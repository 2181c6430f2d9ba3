"""Data Docs: Great Expectations' HTML pages of this run's results, with row counts and no value of a row."""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from warehouse.audit.evaluate import Outcome
from warehouse.audit.site import Summary, make_self_contained
from warehouse.store.home import Home

REFUSED = "unexpected_rows_expectation"  # how the pages show a contract's rule: refused rows, and the query for them


@dataclass(frozen=True)
class Line:
    """One line of a page: an expectation, and how many rows were evaluated and failed."""

    expectation: str
    kwargs: dict[str, Any]
    severity: str
    note: str
    success: bool
    evaluated: int
    failed: int


def audit_pages(outcomes: Iterable[Outcome]) -> dict[str, list[Line]]:
    """Return a page per published table."""
    pages: dict[str, list[Line]] = defaultdict(list)
    for outcome in outcomes:
        promise = outcome.promise
        note = f"{promise.sentence}. {promise.why} To resolve: {promise.resolve}"
        pages[f"audit.{outcome.table}"].append(
            Line(
                promise.expectation,
                promise.kwargs,
                promise.severity,
                note,
                outcome.success,
                outcome.evaluated,
                outcome.failed,
            )
        )
    return dict(pages)


def ingest_pages(home: Home) -> dict[str, list[Line]]:
    """Return a page per partner and entity: each rule of the contract over all its files, none before an ingest."""
    path = home.inputs / "validations.parquet"
    if not path.is_file():
        return {}
    counted: dict[tuple[str, str, str, str | None, str], list[int]] = defaultdict(lambda: [0, 0])
    for row in pq.read_table(path).to_pylist():
        key = (row["partner_id"], row["entity"] or "file", row["rule"], row["column_name"], row["severity"])
        counted[key][0] += row["rows_evaluated"]
        counted[key][1] += row["rows_failed"]
    pages: dict[str, list[Line]] = defaultdict(list)
    for (partner, entity, rule, column, severity), (evaluated, failed) in sorted(counted.items(), key=str):
        query = f"select * from quality.refused_rows where partner_id = '{partner}' and rule = '{rule}'"  # noqa: S608 -- shown, not run
        note = f"{rule} on {column or 'the row'}. The rows refused: {query}"
        # Great Expectations warns of a query that does not name the batch it was given.
        of_batch = query.replace("quality.refused_rows", "{batch}")
        line = Line(REFUSED, {"unexpected_rows_query": of_batch}, severity, note, failed == 0, evaluated, failed)
        pages[f"ingest.{partner}.{entity}"].append(line)
    return dict(pages)


def write_docs(context: Any, home: Home, pages: dict[str, list[Line]]) -> Path:
    """Write the site once for the whole run, beside the old one, then take its place; return its first page.

    Args:
        context: The ephemeral context of this run.
        home: Where `reports/` lies.
        pages: Lines by page name; dots make folders.
    """
    folder, fresh, old = (home.reports / name for name in ("data_docs", ".data_docs.new", ".data_docs.old"))
    for leftover in (fresh, old):
        shutil.rmtree(leftover, ignore_errors=True)
    home.reports.mkdir(parents=True, exist_ok=True)
    for name, site in dict(context.list_data_docs_sites()).items():
        context.delete_data_docs_site(name)  # the context's own, in a temporary folder nobody would remove
        shutil.rmtree(site["store_backend"]["base_directory"], ignore_errors=True)
    context.add_data_docs_site(
        "sala",
        {
            "class_name": "SiteBuilder",
            "show_how_to_buttons": False,
            "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
            "store_backend": {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(fresh)},
        },
    )
    now = datetime.now(UTC)
    for name, lines in pages.items():
        _store(context, name, lines, now)
    context.build_data_docs()
    make_self_contained(fresh, {name: _summary(lines) for name, lines in pages.items()})
    if folder.exists():
        folder.rename(old)
    fresh.rename(folder)
    shutil.rmtree(old, ignore_errors=True)
    return folder / "index.html"


def _summary(lines: list[Line]) -> Summary:
    return Summary(
        held=sum(line.success for line in lines),
        asked=len(lines),
        failed=sum(line.failed for line in lines),
        evaluated=sum(line.evaluated for line in lines),
    )


def _store(context: Any, name: str, lines: list[Line], now: datetime) -> None:
    from great_expectations import ExpectationSuite, __version__
    from great_expectations.core import RunIdentifier
    from great_expectations.core.expectation_validation_result import ExpectationSuiteValidationResult
    from great_expectations.data_context.types.resource_identifiers import (
        ExpectationSuiteIdentifier,
        ValidationResultIdentifier,
    )

    suite = ExpectationSuite(name, expectations=[_configuration(line).to_domain_obj() for line in lines])
    context.suites.add_or_update(suite)
    run = RunIdentifier(run_name="sala", run_time=now)
    held = sum(line.success for line in lines)
    result = ExpectationSuiteValidationResult(
        success=held == len(lines),
        results=[_result(line) for line in lines],
        suite_name=name,
        suite_parameters={},
        statistics=_statistics(held, len(lines)),
        meta={
            "great_expectations_version": __version__,
            "active_batch_definition": {
                "datasource_name": name.split(".")[0],
                "data_connector_name": "fluent",
                "data_asset_name": name.partition(".")[2],
                "batch_identifiers": {},
            },
            "batch_spec": {},
            "batch_markers": {},
            "run_id": run,
        },
    )
    identifier = ExpectationSuiteIdentifier(name=name)
    context.validation_results_store.store_validation_results(
        suite_validation_result=result,
        suite_validation_result_identifier=ValidationResultIdentifier(identifier, run, name),
        expectation_suite_identifier=identifier,
    )


def _statistics(held: int, asked: int) -> dict[str, float | None]:
    return {
        "evaluated_expectations": asked,
        "successful_expectations": held,
        "unsuccessful_expectations": asked - held,
        "success_percent": 100 * held / asked if asked else None,
    }


def _configuration(line: Line) -> Any:
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
    from great_expectations.expectations.metadata_types import FailureSeverity

    # The description takes the place of the pages' own sentence; "$" would start one of its parameters.
    return ExpectationConfiguration(
        type=line.expectation,
        kwargs=line.kwargs,
        severity=FailureSeverity.CRITICAL if line.severity == "error" else FailureSeverity.WARNING,
        description=line.note.replace("$", "$$"),
        meta={},
    )


def _result(line: Line) -> Any:
    from great_expectations.core.expectation_validation_result import ExpectationValidationResult

    percent = 100 * line.failed / line.evaluated if line.evaluated else 0.0
    return ExpectationValidationResult(
        success=line.success,
        expectation_config=_configuration(line),
        result={
            "element_count": line.evaluated,
            "unexpected_count": line.failed,
            "unexpected_percent": percent,
            "unexpected_percent_nonmissing": percent,
            "unexpected_percent_total": percent,
            "partial_unexpected_list": [],
        },
        meta={},
        exception_info={"raised_exception": False, "exception_traceback": None, "exception_message": None},
    )
