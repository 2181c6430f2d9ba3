"""A funder's real DAG in embedded Airflow: it drafts what is due, asks, and delivers what was issued, once."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from openlineage.client.generated.base import EventType

from tests.prebuilt import Samples
from tests.ssh_server import FOLDER, SECRET, Server, running
from warehouse import reporting
from warehouse.extracts.issues import all_issues, find_issue
from warehouse.extracts.lifecycle import approve
from warehouse.extracts.lineage import events, tell
from warehouse.store.home import PROJECT, Home

FUNDER, DAY = "canada-iom", "2014-05-15"
DAG = f"extract_{FUNDER}"
pytestmark = pytest.mark.timeout(600)  # the first test publishes a warehouse and runs Airflow
DUE = "FY2013-Q4"  # the last period of the agreement that had ended by then, and the only one drafted by itself


@dataclass(frozen=True)
class Run:
    """What one run of the DAG left behind."""

    code: int
    errors: str
    states: dict[str, tuple[str, str | None]]


def run_dag(home: Home, **connections: dict[str, Any]) -> Run:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("AIRFLOW", "SALA_")) or k == "SALA_KEY_FILE"}
    named = {f"AIRFLOW_CONN_{name.upper()}": json.dumps(fields) for name, fields in connections.items()}
    command = [sys.executable, "-m", "dags.embedded", "run", "--dag", DAG, "--home", str(home.root), "--as-of", DAY]
    done = subprocess.run(
        command,
        cwd=PROJECT,
        env={**kept, **named, "SALA_FUNDERS": str(home.funders), "SALA_CONTRACTS": str(home.contracts)},
        capture_output=True,
        text=True,
        check=False,
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    ended = {line["task"]: (line["state"], line["error"]) for line in lines if line["event"] == "end"}
    return Run(done.returncode, done.stderr, ended)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, samples: Samples) -> Home:
    """A published warehouse, and an agreement whose issues go to a folder and to an SFTP server."""
    folder = tmp_path_factory.mktemp("extract-dags")
    document = yaml.safe_load((PROJECT / "expectations" / "funders" / f"{FUNDER}.yaml").read_text("utf-8"))
    document["versions"][-1]["recipients"] = [
        {"kind": "folder", "to": "fund"},
        {"kind": "sftp", "connection": "fund_sftp", "to": FOLDER},
    ]
    (folder / "funders").mkdir()
    (folder / "funders" / f"{FUNDER}.yaml").write_text(yaml.safe_dump(document, allow_unicode=True), "utf-8")
    return replace(samples.copy(folder / "home"), funders=folder / "funders")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("funder")) as made:
        yield made


@pytest.fixture(scope="module")
def drafting(home: Home) -> Run:
    return run_dag(home)


@pytest.fixture(scope="module")
def without_connection(home: Home, drafting: Run) -> Run:
    """A run after the draft was approved and issued; the SFTP connection is still missing."""
    issue, now = find_issue(home, FUNDER, DUE), datetime.now(UTC)
    approve(home, issue, "a reviewer", now)
    reporting.issue_extract(home, FUNDER, DUE, None, "a reviewer", now)
    return run_dag(home)


@pytest.fixture(scope="module")
def delivering(home: Home, without_connection: Run, server: Server) -> list[Run]:
    """Two more runs, with the connection."""
    extra = {"host_key": server.host_key}
    fields = {"conn_type": "sftp", "host": "127.0.0.1", "port": server.port, "login": "sala", "password": SECRET}
    return [run_dag(home, fund_sftp={**fields, "extra": extra}) for _ in range(2)]


def receipts(home: Home) -> list[tuple[str, int, str]]:
    found = [json.loads(path.read_text("utf-8")) for path in sorted(home.receipts.rglob("*.json"))]
    return [(receipt["kind"], receipt["attempt"], receipt["outcome"]) for receipt in found]


def test_what_is_due_is_drafted_and_nothing_else(home: Home, drafting: Run) -> None:
    assert drafting.code == 0, drafting.errors
    assert {task: state for task, (state, _) in drafting.states.items()} == dict.fromkeys(
        ("draft", "ask_for_approval", "deliver"), "success"
    )
    assert [issue.manifest.period for issue in all_issues(home)] == [DUE]


def test_the_owner_is_asked(home: Home, drafting: Run) -> None:
    log = (home.root / "airflow" / "logs" / "embedded.log").read_text("utf-8")
    assert f"sala extract approve {FUNDER} {DUE} 1" in log


def test_a_missing_connection_fails_the_delivery_and_says_so(home: Home, without_connection: Run) -> None:
    assert without_connection.code == 1
    assert without_connection.states["deliver"] == ("failed", "SALA-L001")
    assert without_connection.states["draft"] == ("success", None)
    assert "fund_sftp" in without_connection.errors


def test_the_other_recipient_has_it_all_the_same_and_gets_it_once(home: Home, delivering: list[Run]) -> None:
    assert [run.code for run in delivering] == [0, 0], [run.errors for run in delivering]
    assert receipts(home) == [("folder", 1, "delivered"), ("sftp", 1, "failed"), ("sftp", 2, "delivered")]


def test_what_was_issued_is_what_arrived(home: Home, delivering: list[Run], server: Server) -> None:
    files = find_issue(home, FUNDER, DUE).manifest.files
    assert len(files) > 3
    place = f"{FUNDER}/{DUE}/001"
    for folder in (server.root / FOLDER / place, home.outbox / "fund" / place):
        assert {path.name for path in folder.iterdir()} == {*files, "SHA256SUMS"}
        subprocess.run(["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=folder, check=True, capture_output=True)


def test_nothing_is_drafted_again(home: Home, delivering: list[Run]) -> None:
    assert [(issue.id, issue.state) for issue in all_issues(home)] == [(f"{FUNDER}/{DUE}/1", "issued")]


def test_the_password_is_nowhere(home: Home, delivering: list[Run]) -> None:
    with sqlite3.connect(f"file:{home.root / 'airflow' / 'airflow.db'}?mode=ro", uri=True) as metadata:
        assert metadata.execute("select count(*) from xcom").fetchone() == (0,)
    files = [path for path in home.root.rglob("*") if path.is_file()]
    assert [str(path) for path in files if SECRET.encode() in path.read_bytes()] == []
    assert SECRET not in "".join(run.errors for run in delivering)


class TestLineage:
    """The events of the issue, held against the client's own classes."""

    @pytest.fixture
    def lines(self, home: Home, without_connection: Run) -> list[dict[str, Any]]:
        return [json.loads(line) for line in home.lineage.read_text("utf-8").splitlines()]

    def test_one_start_and_one_complete_of_one_run(self, home: Home, lines: list[dict[str, Any]]) -> None:
        assert [line["eventType"] for line in lines] == [EventType.START.value, EventType.COMPLETE.value]
        assert len({line["run"]["runId"] for line in lines}) == 1
        assert {(line["job"]["namespace"], line["job"]["name"]) for line in lines} == {("sala", f"extract.{FUNDER}")}
        tell(home, find_issue(home, FUNDER, DUE))
        assert len(home.lineage.read_text("utf-8").splitlines()) == 2, "told of once"

    def test_the_inputs_are_tables_of_the_published_file(self, home: Home, lines: list[dict[str, Any]]) -> None:
        from warehouse.store.database import open_published

        with open_published(home) as connection:
            sql = "select schema_name || '.' || table_name, column_name, data_type from duckdb_columns()"
            there: dict[str, list[tuple[str, str]]] = {}
            for table, column, kind in connection.execute(sql).fetchall():
                there.setdefault(table, []).append((column, kind))
        inputs = lines[1]["inputs"]
        assert "warehouse.marts.fct_module_completion" in {one["name"] for one in inputs}
        for one in inputs:
            fields = [field["name"] for field in one["facets"]["schema"]["fields"]]
            assert fields == [name for name, _ in there[one["name"].removeprefix("warehouse.")]], one["name"]
            assert one["facets"]["version"]["datasetVersion"] == find_issue(home, FUNDER, DUE).manifest.content_hash

    def test_the_outputs_are_the_files_with_their_hashes(self, home: Home, lines: list[dict[str, Any]]) -> None:
        found = {Path(one["name"]).name: one["facets"]["version"]["datasetVersion"] for one in lines[1]["outputs"]}
        assert found == dict(find_issue(home, FUNDER, DUE).manifest.files)
        assert lines[0]["outputs"] == []

    def test_the_environment_neither_stops_nor_redirects_them(
        self, home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("OPENLINEAGE_DISABLED", "true")
        monkeypatch.setenv("OPENLINEAGE_URL", "http://192.0.2.1:1")
        other = Home(tmp_path)
        shutil.copytree(home.snapshots, other.snapshots)
        tell(other, find_issue(home, FUNDER, DUE))
        assert len(other.lineage.read_text("utf-8").splitlines()) == 2

    def test_equal_issues_are_equal_events(self, home: Home, without_connection: Run) -> None:
        issue = find_issue(home, FUNDER, DUE)
        assert events(home, issue) == events(home, issue)
