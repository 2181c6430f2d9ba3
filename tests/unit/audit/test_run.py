"""The audit judges the build, writes what it found, and says no when it must."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from builds_for_tests import ROWS, make_home, promise, write_build

from warehouse.audit import AuditFailed, SuitesInvalid, run_audit
from warehouse.store import builds
from warehouse.store.home import Home
from warehouse.store.schemas import VALIDATIONS

HOURS = promise("expect_column_values_to_be_between", kwargs={"column": "hours", "min_value": 0, "max_value": 12})
FRESH = promise("expect_column_max_to_be_between", kwargs={"column": "session_date"}, relative_to_as_of={"max_days": 0})
LATE = promise(
    "expect_column_values_to_be_between", "warning", kwargs={"column": "attended", "max_value": 8}, resolve="Ask them."
)


def record(home: Home) -> dict[str, object]:
    loaded: dict[str, object] = json.loads((builds.audit_folder(home) / "audit.json").read_text())
    return loaded


def results(home: Home) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = pq.read_table(builds.audit_folder(home) / "expectation_results.parquet").to_pylist()
    return rows


def test_a_build_that_holds_passes_and_warnings_are_told(tmp_path: Path) -> None:
    home = make_home(tmp_path, HOURS, FRESH, LATE)
    result = run_audit(home)
    assert (result["passed"], result["promises"]) == (True, 3)
    (warning,) = result["warnings"]
    assert "100 of 1000 rows fail" in warning["found"]
    assert warning["action"] == "Ask them."
    assert record(home)["passed"] is True
    assert [row["success"] for row in results(home)] == [True, True, False]
    assert results(home)[2]["rows_failed"] == 100


def test_data_docs_are_real_pages_that_tell_why_and_hold_row_counts(tmp_path: Path) -> None:
    home = make_home(tmp_path, HOURS, LATE)
    index = Path(run_audit(home)["data_docs"])
    run_audit(home)  # a second run takes the first one's place
    assert index == home.reports / "data_docs" / "index.html"
    pages = list((home.reports / "data_docs" / "validations").rglob("*.html"))
    assert len(pages) == 1
    text = pages[0].read_text()
    assert "Readers rely on it." in text
    assert "marts" in index.read_text()
    assert [p.name for p in home.reports.iterdir()] == ["data_docs"]


def test_data_docs_hold_what_ingest_found_per_partner(tmp_path: Path) -> None:
    home = make_home(tmp_path, HOURS)
    one = {"delivery_id": "d", "partner_id": "ijm", "entity": "attendance", "rule": "status_known", "severity": "error"}
    rows = [{**one, "column_name": "status", "rows_evaluated": 10, "rows_failed": n} for n in (0, 3)]
    home.inputs.mkdir()
    pq.write_table(pa.Table.from_pylist(rows, schema=VALIDATIONS), home.inputs / "validations.parquet")
    docs = Path(run_audit(home)["data_docs"]).parent
    (page,) = [path for path in (docs / "validations").rglob("*.html") if "ingest" in str(path)]
    text = page.read_text()
    assert "status_known on status" in text
    assert ">3" in text, "refused rows of both files are added up"


def test_what_is_done_beside_an_audit_knows_the_build_and_has_ended_with_it(tmp_path: Path) -> None:
    home, told = make_home(tmp_path, HOURS), list[tuple[Home, str]]()
    run_audit(home, beside=lambda of, build: told.append((of, build.build_id)))
    assert told == [(home, "b1")]


def test_what_fails_beside_an_audit_is_raised_and_takes_nothing_from_what_it_found(tmp_path: Path) -> None:
    def fail(*_: object) -> None:
        raise OSError("No space left on device")

    home = make_home(tmp_path, HOURS)
    with pytest.raises(OSError, match="No space"):
        run_audit(home, beside=fail)
    assert record(home)["passed"] is True
    write_build(home, ROWS + "update marts.fct_attendance set hours = 99 where row_number < 7;")
    with pytest.raises(AuditFailed, match="7 of 1000"):
        run_audit(home, beside=fail)


def test_a_broken_promise_stops_the_version_but_is_written_down(tmp_path: Path) -> None:
    home = make_home(tmp_path, HOURS, sql=ROWS + "update marts.fct_attendance set hours = 99 where row_number < 7;")
    with pytest.raises(AuditFailed) as caught:
        run_audit(home)
    assert "7 of 1000 rows fail" in str(caught.value)
    assert "Mend." in caught.value.action
    assert record(home)["passed"] is False
    assert results(home)[0]["rows_failed"] == 7
    assert (home.reports / "data_docs" / "index.html").is_file()


def test_what_a_suite_names_must_be_in_the_build(tmp_path: Path) -> None:
    home = make_home(tmp_path, promise("expect_column_values_to_not_be_null", kwargs={"column": "hour"}))
    with pytest.raises(SuitesInvalid, match="did you mean 'hours'"):
        run_audit(home)
    write_build(home, "create schema marts")
    with pytest.raises(SuitesInvalid, match="a table of the build"):
        run_audit(home)
    assert not (builds.audit_folder(home) / "audit.json").exists()


def test_half_a_build_is_not_audited(tmp_path: Path) -> None:
    home = make_home(tmp_path, HOURS)
    builds.record(home).unlink()
    with pytest.raises(builds.BuildIncomplete, match="sala transform"):
        run_audit(home)


def test_results_hold_no_value_of_a_row(tmp_path: Path) -> None:
    secret = "Sok-Dara-012345678"
    home = make_home(
        tmp_path,
        promise("expect_column_values_to_be_in_set", "warning", kwargs={"column": "partner_id", "value_set": ["p1"]}),
        sql=ROWS + f"update marts.fct_attendance set partner_id = '{secret}' where row_number = 5;",
    )
    result = run_audit(home)
    written = [*home.reports.rglob("*.html"), *builds.audit_folder(home).iterdir()]
    assert written
    assert secret not in json.dumps(result)
    assert not [p for p in written if secret.encode() in p.read_bytes()]
