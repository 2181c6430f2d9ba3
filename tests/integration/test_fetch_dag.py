"""Ingest DAGs in embedded Airflow whose contracts name servers: what is fetched is ingested, and what fails is seen."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import PARTNER, Document, House, listing, properties, row
from tests.web_server import Web, running
from warehouse.store import ledger
from warehouse.store.home import PROJECT, Home
from warehouse.store.keys import new_key_file

SECRET = "CANARY-password"
pytestmark = pytest.mark.timeout(600)


@dataclass(frozen=True)
class Run:
    """What a run of the DAG left behind."""

    home: Home
    code: int
    said: str
    ended: dict[str, tuple[str, str | None]]


def office(name: str, connection: str, location: str) -> Document:
    custom = properties(connectionId=connection, wholeFile={"stableSeconds": 0})
    return {"server": name, "type": "custom", "location": location, "customProperties": custom}


@pytest.fixture(scope="module")
def web() -> Iterator[Web]:
    with running() as made:
        made.files = {"att_there.csv": listing(row(3), row(4)).encode()}
        yield made


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory, web: Web) -> Run:
    """A run for a partner with a file in its inbox, another at a server, and a server whose connection nobody made."""
    folder = tmp_path_factory.mktemp("fetch-dag")
    house = House(Home(folder / "home", folder / "partners"))
    address = f"{web.address}/out/"
    sources = [office("closed", "office_closed", address), office("open", "office_open", address)]
    house.describe(lambda d: (d["servers"].extend(sources), d["schema"].__delitem__(slice(1, None))))
    house.deliver("att_here.csv", listing(row(1), row(2)))
    new_key_file(folder / "key")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("AIRFLOW", "SALA_"))}
    connection = json.dumps({"conn_type": "http", "login": "sala", "password": SECRET})
    set_here = {"AIRFLOW_CONN_OFFICE_OPEN": connection, "SALA_KEY_FILE": str(folder / "key")}
    places = ["--home", str(house.home.root), "--contracts", str(house.home.contracts)]
    ran = subprocess.run(
        [sys.executable, "-m", "dags.embedded", "run", "--dag", f"ingest_{PARTNER}", *places],
        cwd=PROJECT,
        env={**kept, **set_here},
        capture_output=True,
        text=True,
        check=False,
    )
    lines = [json.loads(line) for line in ran.stdout.splitlines()]
    ended = {one["task"]: (one["state"], one["error"]) for one in lines if one["event"] == "end"}
    return Run(house.home, ran.returncode, ran.stdout + ran.stderr, ended)


def test_what_is_fetched_and_what_is_there_is_ingested_in_the_same_run(done: Run) -> None:
    records: list[Any] = ledger.read_all(done.home)
    assert {record.delivery.file for record in records if record.outcome == "accepted"} == {
        "att_here.csv",
        "att_there.csv",
    }
    assert done.ended["delivered"] == ("success", None)


def test_what_cannot_be_fetched_fails_the_run_and_is_told_in_the_log(done: Run) -> None:
    assert done.ended["fetch"] == ("failed", "SALA-L001")
    assert done.ended["all_accepted"][0] == "upstream_failed"
    assert done.code == 1
    log = (done.home.root / "airflow" / "logs" / "embedded.log").read_text("utf-8")
    assert "open: 1 listed, 0 as before, 1 fetched" in log


def test_the_password_is_sent_to_the_server_and_is_nowhere_else(done: Run, web: Web) -> None:
    assert {str(one).partition(" ")[0] for one in web.authorisations} == {"Basic"}
    holding = [
        path.relative_to(done.home.root)
        for path in Path(done.home.root).rglob("*")
        if path.is_file() and SECRET.encode() in path.read_bytes()
    ]
    assert (holding, SECRET in done.said) == ([], False)
