"""`sala` called as a person calls it, and a home with a published version made by hand."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pytest

from warehouse.cli import main
from warehouse.publish import run_publish
from warehouse.store import builds
from warehouse.store.home import Home
from warehouse.store.keys import new_key_file


@dataclass(frozen=True)
class Said:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str


Sala = Callable[..., Said]


@pytest.fixture
def sala(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Sala:
    monkeypatch.delenv("SALA_HOME", raising=False)
    monkeypatch.delenv("SALA_CONTRACTS", raising=False)
    new_key_file(tmp_path / "key")
    monkeypatch.setenv("SALA_KEY_FILE", str(tmp_path / "key"))
    monkeypatch.chdir(tmp_path)

    def run(*words: object) -> Said:
        code = main([str(word) for word in words])
        printed = capsys.readouterr()
        return Said(int(code), printed.out, printed.err)

    return run


@pytest.fixture
def published(tmp_path: Path) -> Home:
    home = Home(tmp_path / "var")
    home.build.mkdir(parents=True)
    with duckdb.connect(str(home.build_database)) as connection:
        connection.execute(
            "create schema marts; create schema quality;"
            "create table marts.officers_trained as select i::integer as persons_trained, 'ភ្នំពេញ' as province, "
            "1.50::decimal(8, 2) as hours, date '2024-05-01' as day, null::varchar as note from range(1500) t(i)"
        )
    build = builds.finish(home, "b", date(2024, 12, 31))
    folder = builds.audit_folder(home)
    folder.mkdir()
    results = folder / "expectation_results.parquet"
    duckdb.sql("select 'x' as table_name").write_parquet(str(results))
    digest = hashlib.sha256(results.read_bytes()).hexdigest()
    record = {"build": build.as_dict(), "passed": True, "results_sha256": digest}
    (folder / "audit.json").write_text(json.dumps(record))
    run_publish(home)
    return home
