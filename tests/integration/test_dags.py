"""The DAG files: what they declare, how they judge an error, whom they tell, and that reading them is cheap."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from warehouse.errors import FileHeld, SalaError, TransientError
from warehouse.store.home import PROJECT

CONTRACTS = PROJECT / "expectations" / "partners"
FUNDERS = sorted(path.stem for path in (PROJECT / "expectations" / "funders").glob("*.yaml"))
PARTNERS = sorted(folder.name for folder in CONTRACTS.iterdir() if folder.is_dir())
HEAVY = ("great_expectations", "dbt", "duckdb", "pandas", "splink")

READ_DAGS = """
import json, sys, time
from airflow.dag_processing.dagbag import DagBag
started = time.process_time()
bag = DagBag(sys.argv[1])
seconds = time.process_time() - started
print(json.dumps({
    "seconds": seconds,
    "files": len(bag.dagbag_stats),
    "import_errors": bag.import_errors,
    "heavy": [name for name in sys.argv[2:] if name in sys.modules],
    "dags": {
        dag_id: {
            "tasks": sorted(dag.task_ids),
            "summary": dag.timetable.__class__.__name__,
            "tags": sorted(dag.tags),
            "owner": dag.default_args["owner"],
            "pools": sorted({task.pool for task in dag.tasks}),
            "catchup": dag.catchup,
            "max_active_runs": dag.max_active_runs,
        }
        for dag_id, dag in bag.dags.items()
    },
}))
"""


@pytest.fixture(scope="module")
def airflow_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """An Airflow of its own, set before Airflow is first imported in this process."""
    from dags.embedded import airflow_settings
    from warehouse.store.home import Home

    settings = airflow_settings(Home(tmp_path_factory.mktemp("home")))
    with pytest.MonkeyPatch.context() as patch:
        for name, value in settings.items():
            patch.setenv(name, value)
        yield settings


def read_dags(settings: dict[str, str], **environment: str) -> dict[str, Any]:
    """Read the DAG folder in a process of its own and return what it found."""
    done = subprocess.run(
        [sys.executable, "-c", READ_DAGS, str(PROJECT / "dags"), *HEAVY],
        env={**os.environ, **settings, **environment},
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def own(bag: dict[str, Any]) -> dict[str, Any]:
    """The DAGs that lead to a published version; those of funders stand beside them."""
    return {name: dag for name, dag in bag["dags"].items() if not name.startswith("extract_")}


@pytest.fixture(scope="module")
def bag(airflow_environment: dict[str, str]) -> dict[str, Any]:
    return read_dags(airflow_environment)


def test_there_is_one_dag_per_contract_and_agreement_and_the_warehouse_and_no_other(bag: dict[str, Any]) -> None:
    assert PARTNERS
    assert FUNDERS
    ours = {f"ingest_{partner}" for partner in PARTNERS} | {f"extract_{funder}" for funder in FUNDERS}
    assert set(bag["dags"]) == {"warehouse", *ours}
    assert bag["import_errors"] == {}
    assert bag["files"] == 3


def test_reading_the_dags_is_cheap(bag: dict[str, Any]) -> None:
    assert bag["heavy"] == []
    assert bag["seconds"] < 1.0 * bag["files"]


@pytest.mark.parametrize("partner", PARTNERS)
def test_a_partners_dag(bag: dict[str, Any], partner: str) -> None:
    from warehouse.contract import load_contracts

    contract = next(c for c in load_contracts(CONTRACTS) if c.id == partner)
    dag = bag["dags"][f"ingest_{partner}"]
    assert dag["tasks"] == ["all_accepted", "delivered", "give_back", "ingest_file", "pending"]
    assert dag["summary"] == ("CronTriggerTimetable" if contract.schedule else "NullTimetable")
    assert dag["owner"] == contract.owner
    assert (dag["catchup"], dag["max_active_runs"]) == (False, 1)


def test_the_warehouse_dag(bag: dict[str, Any]) -> None:
    dag = bag["dags"]["warehouse"]
    assert dag["tasks"] == ["audit", "identify", "publish", "transform"]
    assert dag["summary"] == "AssetOrTimeSchedule"
    assert dag["pools"] == ["sala_writer"]
    assert (dag["catchup"], dag["max_active_runs"]) == (False, 1)


@pytest.mark.parametrize("funder", FUNDERS)
def test_a_funders_dag(bag: dict[str, Any], funder: str) -> None:
    from warehouse.contract.agreements import find_agreement

    dag = bag["dags"][f"extract_{funder}"]
    assert dag["tasks"] == ["ask_for_approval", "deliver", "draft"]
    assert dag["summary"] == "CronTriggerTimetable"
    assert dag["owner"] == find_agreement(PROJECT / "expectations" / "funders", funder).owner
    assert (dag["catchup"], dag["max_active_runs"]) == (False, 1)


@pytest.fixture(scope="module")
def broken(airflow_environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The DAGs of a sound and a broken agreement, and of a sound and a broken contract."""
    funders, partners = tmp_path_factory.mktemp("funders"), tmp_path_factory.mktemp("partners")
    sound = PROJECT / "expectations" / "funders" / f"{FUNDERS[0]}.yaml"
    (funders / sound.name).write_bytes(sound.read_bytes())
    (funders / "broken.yaml").write_text("id: [", encoding="utf-8")
    for partner in (PARTNERS[0], "broken"):
        (partners / partner).mkdir()
    contract = Path(PARTNERS[0]) / "contract.odcs.yaml"
    (partners / contract).write_bytes((CONTRACTS / contract).read_bytes())
    (partners / "broken" / contract.name).write_text("id: [", encoding="utf-8")
    return read_dags(airflow_environment, SALA_FUNDERS=str(funders), SALA_CONTRACTS=str(partners))


def test_a_broken_agreement_is_a_dag_that_says_so_and_the_others_stay(broken: dict[str, Any]) -> None:
    found = {name: dag for name, dag in broken["dags"].items() if name.startswith("extract_")}
    assert {name: dag["tasks"] for name, dag in found.items()} == {
        "extract_broken": ["agreement_cannot_be_used"],
        f"extract_{FUNDERS[0]}": ["ask_for_approval", "deliver", "draft"],
    }
    assert "broken-agreement" in found["extract_broken"]["tags"]


def test_a_broken_contract_is_a_dag_that_says_so_and_the_others_stay(broken: dict[str, Any]) -> None:
    assert set(own(broken)) == {"warehouse", "ingest_broken", f"ingest_{PARTNERS[0]}"}
    assert broken["dags"]["ingest_broken"]["tasks"] == ["contract_cannot_be_used"]
    assert "broken-contract" in broken["dags"]["ingest_broken"]["tags"]
    assert "pending" in broken["dags"][f"ingest_{PARTNERS[0]}"]["tasks"]


def test_no_contract_at_all_leaves_the_nightly_warehouse(airflow_environment: dict[str, str], tmp_path: Path) -> None:
    bag = read_dags(airflow_environment, SALA_CONTRACTS=str(tmp_path / "none"))
    assert {name: dag["summary"] for name, dag in own(bag).items()} == {"warehouse": "CronTriggerTimetable"}
    assert bag["import_errors"] == {}


@pytest.mark.parametrize(
    ("error", "decision"),
    [
        (TransientError("sftp"), "default"),
        (FileHeld("file"), "fail"),
        (SalaError("step"), "fail"),
        (OSError("disk"), "default"),
    ],
)
def test_only_what_trying_again_can_mend_is_tried_again(
    airflow_environment: dict[str, str], error: Exception, decision: str
) -> None:
    from dags.conventions import BY_ERROR_CLASS, TASK_DEFAULTS

    assert BY_ERROR_CLASS.evaluate(error, try_number=1, max_tries=3).action.value == decision
    assert TASK_DEFAULTS["retries"] > 0
    assert TASK_DEFAULTS["retry_policy"] is BY_ERROR_CLASS


@pytest.mark.parametrize(
    ("logical_date", "run_after", "day"),
    [
        (datetime(2024, 3, 1, 2, 30, tzinfo=UTC), datetime(2024, 3, 5, tzinfo=UTC), "2024-03-01"),
        (None, datetime(2024, 2, 29, 18, 0, tzinfo=UTC), "2024-03-01"),  # one o'clock of the next day in Cambodia
    ],
)
def test_the_day_of_a_run_is_the_day_in_cambodia(
    airflow_environment: dict[str, str], logical_date: datetime | None, run_after: datetime, day: str
) -> None:
    from dags.conventions import run_day

    assert run_day(SimpleNamespace(logical_date=logical_date, run_after=run_after)) == day


def test_a_failure_says_who_must_do_what(airflow_environment: dict[str, str]) -> None:
    from dags.alerts import message

    held = FileHeld(
        "sign-in.xlsx", found="no sheet named 'List'", expected="a sheet named 'List'", action="send it again"
    )
    assert message("ingest_x", "ingest_file", 2, "data@example.org", held, "https://airflow/log").splitlines() == [
        "ingest_x.ingest_file[2] failed and will not be tried again",
        "  who       data@example.org",
        f"{FileHeld.code} {FileHeld.title}",
        "  where     sign-in.xlsx",
        "  found     no sheet named 'List'",
        "  expected  a sheet named 'List'",
        "  do this   send it again",
        "  log       https://airflow/log",
    ]


@pytest.mark.parametrize("error", [ValueError("could not read 'SOK Dara'"), "killed: SOK Dara", None])
def test_the_text_of_a_foreign_error_is_not_passed_on(airflow_environment: dict[str, str], error: Any) -> None:
    from dags.alerts import message

    text = message("warehouse", "transform", -1, "those who run Sala", error)
    assert "SOK" not in text
    assert text.startswith("warehouse.transform failed")
    assert "do this   read the task's log" in text


class TestMail:
    """E-mail is off until the connection exists; then the operators and the owner are told."""

    @pytest.fixture
    def sent(self, airflow_environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
        from airflow.providers.smtp.notifications import smtp

        mails: list[dict[str, Any]] = []

        class Notifier:
            def __init__(self, **options: Any) -> None:
                self.options = options

            def __call__(self, context: Any) -> None:
                mails.append(self.options)

        monkeypatch.setattr(smtp, "SmtpNotifier", Notifier)
        return mails

    def connect(self, monkeypatch: pytest.MonkeyPatch, extra: dict[str, str] | None) -> None:
        from airflow.sdk import BaseHook, Connection
        from airflow.sdk.exceptions import AirflowNotFoundException

        def get_connection(name: str) -> Connection:
            assert name == "sala_smtp"
            if extra is None:
                raise AirflowNotFoundException
            return Connection(conn_id=name, conn_type="smtp", host="mail.example.org", extra=json.dumps(extra))

        monkeypatch.setattr(BaseHook, "get_connection", get_connection)

    @pytest.mark.parametrize(
        ("extra", "owner", "recipients"),
        [
            (None, "data@example.org", None),
            ({}, "those who run Sala", None),
            ({}, "data@example.org", ["data@example.org"]),
            ({"operators": "ops@example.org"}, "those who run Sala", ["ops@example.org"]),
            ({"operators": "ops@example.org"}, "data@example.org", ["data@example.org", "ops@example.org"]),
        ],
    )
    def test_who_is_written_to(
        self,
        sent: list[dict[str, Any]],
        monkeypatch: pytest.MonkeyPatch,
        extra: dict[str, str] | None,
        owner: str,
        recipients: list[str] | None,
    ) -> None:
        from dags.alerts import send

        self.connect(monkeypatch, extra)
        send("subject", "a < b", owner, {})
        assert [mail["to"] for mail in sent] == ([recipients] if recipients else [])
        assert all("a &lt; b" in mail["html_content"] for mail in sent)


def test_the_key_of_a_connection_is_there_for_the_task_and_no_longer(
    airflow_environment: dict[str, str], key_of_the_tests: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dags.keys import key_of_connection
    from warehouse.store.keys import key_of, load_keys, new_key_file

    new_key_file(tmp_path / "key")
    text = (tmp_path / "key").read_text()
    with key_of_connection():
        assert load_keys().fingerprint == key_of(key_of_the_tests).fingerprint, "without the setting nothing changes"
    monkeypatch.setenv("SALA_KEY_CONNECTION", "sala_key")
    monkeypatch.setenv("AIRFLOW_CONN_SALA_KEY", json.dumps({"conn_type": "generic", "password": text}))
    with key_of_connection():
        assert load_keys().fingerprint == key_of(tmp_path / "key").fingerprint
    assert "SALA_KEY" not in os.environ
    context = key_of_connection()
    context.__enter__()
    assert not context.__exit__(ValueError, ValueError("in the task"), None), "the task's error is the task's"
    assert "SALA_KEY" not in os.environ


@pytest.mark.parametrize("connection", [None, {"conn_type": "generic"}])
def test_a_connection_without_a_key_is_one_clear_error(
    airflow_environment: dict[str, str], monkeypatch: pytest.MonkeyPatch, connection: dict[str, str] | None
) -> None:
    from dags.keys import key_of_connection
    from warehouse.store.keys import KeyUnusable

    monkeypatch.setenv("SALA_KEY_CONNECTION", "sala_missing")
    if connection:
        monkeypatch.setenv("AIRFLOW_CONN_SALA_MISSING", json.dumps(connection))
    with pytest.raises(KeyUnusable, match="sala_missing"), key_of_connection():
        pass
    assert "SALA_KEY" not in os.environ


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=12)
HOSTS = st.sampled_from(["sftp.example.org", "127.0.0.1", "https://s3.example.org", "SFTP.Example.org"])
EXTRAS = st.dictionaries(st.text("abcdefgh_", min_size=1, max_size=8), WORDS, max_size=3)


def looked_at(connection: Any) -> dict[str, Any]:
    """What a delivery looks at, of Airflow's connection or ours; Airflow has None for nothing."""
    extra = json.loads(connection.extra or "{}") if isinstance(connection.extra, str | None) else connection.extra
    texts = {name: getattr(connection, name) or "" for name in ("host", "login", "password", "schema")}
    return {**texts, "port": connection.port or None, "extra": dict(extra)}


@settings(deadline=None)  # the first example imports Airflow
@given(host=HOSTS, port=st.none() | st.integers(1, 65535), login=WORDS, password=WORDS, schema=WORDS, extra=EXTRAS)
@example(host="h", port=22, login="a@b", password="p/w:?#@%", schema="x/y", extra={"host_key": "ssh-ed25519 AA+/="})
def test_a_connection_is_the_same_to_a_task_to_the_command_line_and_to_airflow(
    airflow_environment: dict[str, str],
    host: str,
    port: int | None,
    login: str,
    password: str,
    schema: str,
    extra: dict[str, str],
) -> None:
    from airflow.sdk import Connection

    from dags.connections import connection_of_airflow
    from warehouse.connectors.connection import from_environment

    words = {"host": host, "port": port, "login": login, "password": password, "schema": schema}
    made = Connection(conn_id="fund_sftp", conn_type="google-cloud", extra=json.dumps(extra), **words)
    for text in (made.get_uri(), made.as_json()):
        theirs = Connection.from_json(text, "fund_sftp") if text.startswith("{") else Connection(conn_id="x", uri=text)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("AIRFLOW_CONN_FUND_SFTP", text)
            assert looked_at(from_environment("fund_sftp")) == looked_at(theirs)
            assert looked_at(connection_of_airflow("fund_sftp")) == looked_at(theirs)


def test_a_connection_airflow_does_not_have_is_one_clear_error(airflow_environment: dict[str, str]) -> None:
    from dags.connections import connection_of_airflow
    from warehouse.connectors.faults import ConnectionUnusable

    with pytest.raises(ConnectionUnusable, match="nobody"):
        connection_of_airflow("nobody")
