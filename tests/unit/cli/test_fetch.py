"""`sala fetch` and the fetching of `sala run`: what a person and a script are told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import House
from tests.unit.cli.conftest import Sala
from tests.unit.connectors.conftest import source

NOW = {"wholeFile": {"stableSeconds": 0}}
SECRET = "CANARY-password"


@pytest.fixture
def fetch(house: House, sala: Sala) -> Any:
    def run(*words: str) -> Any:
        return sala("--home", house.home.root, "--contracts", house.home.contracts, "fetch", *words)

    return run


def test_what_was_fetched_is_told_once(house: House, fetch: Any, tmp_path: Path) -> None:
    (tmp_path / "share").mkdir()
    (tmp_path / "share" / "att_a.csv").write_text("x")
    house.describe(lambda d: d["servers"].append(source("local", str(tmp_path / "share"), **NOW)))
    first = fetch("acme", "--json")
    told = {"partner": "acme", "source": "office", "listed": 1, "unchanged": 0, "error": None}
    assert (first.code, json.loads(first.out)) == (
        0,
        [{**told, "files": [{"file": "att_a.csv", "outcome": "fetched", "error": None}]}],
    )
    assert json.loads(fetch("--json").out) == [{**told, "unchanged": 1, "files": []}]
    assert "nothing new" in fetch().out
    house.path("att_a.csv").unlink()
    assert "1 fetched" in fetch("acme", "--again").out


def test_nothing_to_fetch_from_is_no_error(fetch: Any) -> None:
    said = fetch()
    assert (said.code, said.out.strip()) == (0, "fetch      no contract names a server to fetch from")


@pytest.mark.parametrize(
    ("connection", "code", "said"),
    [(None, 4, "SALA-L001"), (f"sftp://sala:{SECRET}@127.0.0.1:1/?host_key=PINNED", 3, "SALA-F106")],
)
def test_the_exit_code_says_whether_to_try_again_and_nothing_says_the_secret(
    house: House, fetch: Any, monkeypatch: pytest.MonkeyPatch, connection: str | None, code: int, said: str
) -> None:
    monkeypatch.setattr("warehouse.connectors.remote.Pace.__init__.__defaults__", ((), 1.0, 20.0, 1.0))
    house.describe(lambda d: d["servers"].append(source("sftp", "sftp:///out", connectionId="office_sftp")))
    if connection:
        import asyncssh

        key = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode().split()[1]
        monkeypatch.setenv("AIRFLOW_CONN_OFFICE_SFTP", connection.replace("PINNED", key.replace("+", "%2B")))
    done = fetch()
    assert done.code == code
    assert said in done.out
    assert SECRET not in done.out + done.err
    (told,) = json.loads(fetch("--json").out)
    assert told["error"]["code"] == said
