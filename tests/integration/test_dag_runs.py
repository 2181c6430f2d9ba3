"""The real DAGs run to the end in embedded Airflow: good files, a held file, a broken contract, and a second time.

The key comes from an Airflow connection. A further partner's files are full of canaries, identifiers that may be found
nowhere but in its inbox and in what is sealed.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.conftest import House, column
from tests.leaks import leaks
from warehouse.store import ledger
from warehouse.store.home import PROJECT, Home
from warehouse.store.keys import key_of, new_key_file
from warehouse.store.sealed import unseal_identities

CONTRACTS = PROJECT / "expectations" / "partners"
PARTNER = sorted(folder.name for folder in CONTRACTS.iterdir() if (folder / "sample" / "received").is_dir())[-1]
RECEIVED = sorted((CONTRACTS / PARTNER / "sample" / "received").iterdir())
STRANGER = "a file no table of the contract expects.bin"
CANARY_PARTNER = "acme"
KINDS = ("person_id", "name_latin", "name_khmer", "police_id", "phone", "email", "birth_date", "birth_year")
HEADERS = ("Event", "Date", *KINDS, "Province", "Mark")
CONNECTION = "sala_vault_key"


@dataclass(frozen=True)
class Outcome:
    """What one run of every DAG left behind."""

    code: int
    errors: str
    events: list[dict[str, Any]]

    def ended(self, dag: str, task: str) -> list[str]:
        """Return the states of a task's instances."""
        return sorted(e["state"] for e in self.events if e["event"] == "end" and (e["dag"], e["task"]) == (dag, task))


def run_dags(home: Home) -> Outcome:
    options = ["--home", str(home.root), "--contracts", str(home.contracts), "--as-of", "2024-06-30"]
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("AIRFLOW", "SALA_", "XDG_"))}
    key = (home.root.parent / "key").read_text().strip()
    environment |= {"SALA_KEY_CONNECTION": CONNECTION, "SALA_REQUIRE_KEY": "1"}
    environment[f"AIRFLOW_CONN_{CONNECTION.upper()}"] = json.dumps({"conn_type": "generic", "password": key})
    done = subprocess.run(
        [sys.executable, "-m", "dags.embedded", "run", *options],
        cwd=PROJECT,
        env={**environment, "HOME": str(home.root.parent / "user")},
        capture_output=True,
        text=True,
        check=False,
    )
    return Outcome(done.returncode, done.stderr, [json.loads(line) for line in done.stdout.splitlines()])


def canaries(number: int) -> dict[str, str]:
    """One invented person: a value of every kind that nobody else has."""
    return {
        "person_id": f"CANARY-ID-{number}{number}",
        "name_latin": f"Kanarey Chhmol{number}",
        "name_khmer": f"កាណារី ឈ្មោល{'កខគឃងច'[number]}",
        "police_id": f"90817263{number}",
        "phone": f"012 77 88 9{number}",
        "email": f"kanarey{number}@example.org",
        "birth_date": f"2{number}/11/1961",
        "birth_year": "1961",
    }


def add_canaries(home: Home) -> None:
    """A partner whose contract names every identifier, and its files: rows accepted, refused, unreadable, held."""

    def describe(contract: dict[str, Any]) -> None:
        table = contract["schema"][0]
        kept = [c for c in table["properties"] if c["name"] not in KINDS and c["name"] != "hours"]
        types = {"birth_date": "date", "birth_year": "integer"}
        for kind in KINDS:
            custom = {"dateFormats": ["%d/%m/%Y"]} if kind == "birth_date" else None
            logical = types.get(kind, "string")
            is_key = {"primaryKey": True} if kind == "person_id" else {}
            kept.append(column(kind, kind, custom, classification="restricted", logicalType=logical, **is_key))
        table["properties"], contract["schema"] = kept, [table]

    house = House(home)
    house.describe(describe)
    place = {"Event": "E1", "Date": "05/06/2024", "Province": "Kampot", "Mark": "P"}
    people = [place | canaries(number) for number in range(6)]
    people[1]["Province"], people[2]["birth_date"], people[3]["Date"] = "Atlantis", "no day", "05/06/1999"
    lines = [",".join(person[header] for header in HEADERS) for person in people]
    house.deliver("att_a.csv", "\n".join([",".join(HEADERS), *lines[:2], *lines[4:], *lines[2:4]]) + "\n")
    house.deliver("att_b.csv", "\n".join([",".join(HEADERS[1:]), *lines]) + "\n")  # a column is missing: held


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """One partner's whole sample, a file nobody expects, and a second partner whose contract is broken."""
    folder = tmp_path_factory.mktemp("embedded")
    contracts = folder / "contracts"
    (folder / "user").mkdir()
    (contracts / "broken").mkdir(parents=True)
    (contracts / "broken" / "contract.odcs.yaml").write_text("id: [", encoding="utf-8")
    (contracts / PARTNER).mkdir()
    shutil.copy(CONTRACTS / PARTNER / "contract.odcs.yaml", contracts / PARTNER)
    made = Home(folder / "home", contracts)
    inbox = made.inbox / PARTNER
    inbox.mkdir(parents=True)
    for file in RECEIVED:
        shutil.copy2(file, inbox)
    (inbox / STRANGER).write_bytes(os.urandom(512))
    new_key_file(folder / "key")
    add_canaries(made)
    for file in inbox.iterdir():
        os.utime(file, (1_700_000_000, 1_700_000_000))  # long still, so that nothing waits for it to stop growing
    return made


@pytest.fixture(scope="module")
def first(home: Home) -> Outcome:
    return run_dags(home)


@pytest.fixture(scope="module")
def second(home: Home, first: Outcome) -> Outcome:
    return run_dags(home)


@pytest.fixture
def metadata(home: Home, first: Outcome) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(f"file:{home.root / 'airflow' / 'airflow.db'}?mode=ro", uri=True)
    yield connection
    connection.close()


def test_every_file_is_a_task_and_a_held_file_fails_only_its_own(first: Outcome) -> None:
    states = first.ended(f"ingest_{PARTNER}", "ingest_file")
    assert len(states) == len(RECEIVED) + 1
    assert set(states) == {"success", "failed"}
    assert first.ended(f"ingest_{PARTNER}", "delivered") == ["success"]
    assert first.ended(f"ingest_{PARTNER}", "all_accepted") == ["upstream_failed"]
    assert first.ended(f"ingest_{PARTNER}", "give_back") == ["success"]


def test_every_failed_file_was_held_and_has_its_record(first: Outcome, home: Home) -> None:
    failed = [e for e in first.events if e["event"] == "end" and e["task"] == "ingest_file" and e["state"] == "failed"]
    assert all(event["error"].startswith("SALA-F") for event in failed)
    records = list(home.ledger.glob("*.json"))
    assert len(failed) < len(records) <= len(RECEIVED) + 3


def test_the_warehouse_is_published(first: Outcome, home: Home) -> None:
    for step in ("identify", "transform", "audit", "publish"):
        assert first.ended("warehouse", step) == ["success"], first.errors
    version = (home.published / "CURRENT").read_text("utf-8").strip()
    assert (home.published / version).is_file()
    assert not list(home.published.glob("*.wal"))


def test_a_broken_contract_is_the_only_failure_that_counts(first: Outcome) -> None:
    assert first.ended("ingest_broken", "contract_cannot_be_used") == ["failed"]
    assert first.code == 1
    assert "SALA-C001" in first.errors
    assert "held" not in first.errors.lower()


def test_the_metadata_holds_tokens_and_nothing_of_a_file(metadata: sqlite3.Connection) -> None:
    returned = [json.loads(value) for (value,) in metadata.execute("select value from xcom where key = 'return_value'")]
    tokens = [token for value in returned for token in value]
    assert len(tokens) == len(RECEIVED) + 3
    assert [token for token in tokens if not (len(token) == 16 and set(token) <= set("0123456789abcdef"))] == []
    rendered = str(metadata.execute("select rendered_fields from rendered_task_instance_fields").fetchall())
    assert tokens[0] in rendered
    assert [file.name for file in RECEIVED if file.name in rendered] == []


def test_the_failure_is_told_in_the_log(first: Outcome, home: Home) -> None:
    log = (home.root / "airflow" / "logs" / "embedded.log").read_text("utf-8")
    assert f"ingest_{PARTNER}.ingest_file[" in log
    assert "failed and will not be tried again" in log
    assert "the connection sala_smtp is not configured" in log


def test_the_pool_of_the_single_writer_exists(metadata: sqlite3.Connection) -> None:
    assert metadata.execute("select slots from slot_pool where pool = 'sala_writer'").fetchall() == [(1,)]


def test_an_asset_event_is_emitted_once_per_run(metadata: sqlite3.Connection) -> None:
    events = metadata.execute("select a.uri from asset_event e join asset a on a.id = e.asset_id").fetchall()
    assert sorted(events) == [(f"sala://bronze/{partner}",) for partner in (CANARY_PARTNER, PARTNER)]


def test_a_second_run_finds_nothing_to_ingest(second: Outcome, home: Home) -> None:
    assert second.ended(f"ingest_{PARTNER}", "ingest_file") == ["skipped"]
    assert second.ended(f"ingest_{PARTNER}", "delivered") == ["skipped"]
    assert second.ended(f"ingest_{PARTNER}", "all_accepted") == ["success"]
    assert second.ended("warehouse", "publish") == ["success"]


def test_no_canary_is_outside_the_inbox_and_what_is_sealed_and_the_key_is_nowhere(
    first: Outcome, second: Outcome, home: Home
) -> None:
    words = {value for number in range(6) for kind, value in canaries(number).items() if kind != "birth_year"}
    words |= {f"1961-11-2{number}" for number in range(6)}  # as a program writes it
    states = {r.delivery.file: (r.outcome, r.counts.accepted, r.counts.quarantined) for r in ledger.read_all(home)}
    assert (states["att_a.csv"], states["att_b.csv"]) == (("accepted", 3, 3), ("held", 0, 0))
    key = home.root.parent / "key"
    (vault,) = (home.root / "vault").glob(f"partner={CANARY_PARTNER}/*.age")
    assert {row["email"] for row in unseal_identities(key_of(key), vault).to_pylist()} & words, "nothing was planted"
    theirs = {home.inbox, home.returns}  # docs/decisions/0015
    files = [p for p in home.root.rglob("*") if p.is_file() and theirs.isdisjoint(p.parents)]
    assert {".parquet", ".duckdb", ".json", ".html", ".age", ".log", ".db"} <= {p.suffix for p in files}
    said = [first.errors, second.errors, json.dumps([first.events, second.events], ensure_ascii=False)]
    assert leaks(files, said, words | set(key.read_text().split())) == []


def test_the_key_of_a_connection_makes_the_home(second: Outcome, home: Home) -> None:
    assert home.key_fingerprint.read_text("ascii").strip() == key_of(home.root.parent / "key").fingerprint
    assert list((home.root.parent / "user").rglob("sala*")) == [], "no key was made beside it"


def test_nothing_of_airflow_lies_outside_the_home(first: Outcome, home: Home) -> None:
    assert (home.root / "airflow" / "airflow.db").is_file()
    user = home.root.parent / "user"
    assert [str(path) for path in user.rglob("*") if "airflow" in path.name] == []
