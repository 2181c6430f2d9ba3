"""Ingest DAGs in embedded Airflow whose contracts name servers: what is fetched is ingested, and what fails is seen."""

from __future__ import annotations

import copy
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import LONG_AGO, House, document, listing, properties, row
from tests.web_server import Web, running
from warehouse.store import ledger
from warehouse.store.home import PROJECT, Home
from warehouse.store.keys import new_key_file

SECRET = "CANARY-password"
pytestmark = pytest.mark.timeout(600)


@dataclass(frozen=True)
class Run:
    """What a run of both DAGs left behind."""

    home: Home
    code: int
    said: str
    ended: dict[tuple[str, str], tuple[str, str | None]]


def partner(house: House, name: str, connection: str, location: str) -> None:
    """A partner with a file in its inbox and another at a web server."""
    made = copy.deepcopy(document())
    made |= {"id": name, "customProperties": properties(programmes=[{"id": name, "name": "T", "funder": "F"}])}
    made["servers"][0]["path"] = f"inbox/{name}"
    custom = properties(connectionId=connection, wholeFile={"stableSeconds": 0})
    made["servers"].append({"server": "office", "type": "custom", "location": location, "customProperties": custom})
    for table in made["schema"]:
        table["properties"][0]["customProperties"] = properties(template=name)
    house.describe(lambda d: d.update(made), name)
    path = house.home.inbox / name / "att_here.csv"
    path.parent.mkdir(parents=True)
    path.write_text(listing(row(1), row(2, Name=name)))
    os.utime(path, (LONG_AGO, LONG_AGO))


@pytest.fixture(scope="module")
def web() -> Iterator[Web]:
    with running() as made:
        made.files = {"att_there.csv": listing(row(3), row(4)).encode()}
        yield made


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory, web: Web) -> Run:
    """One run of two partners, of whom the second names a connection that nobody made."""
    folder = tmp_path_factory.mktemp("fetch-dag")
    house = House(Home(folder / "home", folder / "partners"))
    for name in ("ready", "waiting"):
        partner(house, name, f"office_{name}", f"{web.address}/out/")
    new_key_file(folder / "key")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("AIRFLOW", "SALA_"))}
    connection = json.dumps({"conn_type": "http", "login": "sala", "password": SECRET})
    set_here = {"AIRFLOW_CONN_OFFICE_READY": connection, "SALA_KEY_FILE": str(folder / "key")}
    names = [word for name in ("ready", "waiting") for word in ("--dag", f"ingest_{name}")]
    places = ["--home", str(house.home.root), "--contracts", str(house.home.contracts)]
    ran = subprocess.run(
        [sys.executable, "-m", "dags.embedded", "run", *names, *places],
        cwd=PROJECT,
        env={**kept, **set_here},
        capture_output=True,
        text=True,
        check=False,
    )
    lines = [json.loads(line) for line in ran.stdout.splitlines()]
    ended = {(one["dag"], one["task"]): (one["state"], one["error"]) for one in lines if one["event"] == "end"}
    return Run(house.home, ran.returncode, ran.stdout + ran.stderr, ended)


def accepted(home: Home) -> set[tuple[str, str]]:
    records: list[Any] = ledger.read_all(home)
    return {(record.partner, record.delivery.file) for record in records if record.outcome == "accepted"}


def test_what_is_fetched_is_ingested_in_the_same_run(done: Run) -> None:
    assert done.ended["ingest_ready", "fetch"] == ("success", None)
    assert done.ended["ingest_ready", "all_accepted"] == ("success", None)
    assert {file for name, file in accepted(done.home) if name == "ready"} == {"att_here.csv", "att_there.csv"}


def test_when_fetching_fails_what_is_in_the_inbox_is_ingested_and_the_run_fails(done: Run) -> None:
    assert done.ended["ingest_waiting", "fetch"] == ("failed", "SALA-L001")
    assert done.ended["ingest_waiting", "delivered"] == ("success", None)
    assert done.ended["ingest_waiting", "all_accepted"][0] == "upstream_failed"
    assert {file for name, file in accepted(done.home) if name == "waiting"} == {"att_here.csv"}
    assert done.code == 1


def test_the_password_is_sent_to_the_server_and_is_nowhere_else(done: Run, web: Web) -> None:
    assert {str(one).partition(" ")[0] for one in web.authorisations} == {"Basic"}
    holding = [
        path.relative_to(done.home.root)
        for path in Path(done.home.root).rglob("*")
        if path.is_file() and SECRET.encode() in path.read_bytes()
    ]
    assert (holding, SECRET in done.said) == ([], False)
