"""Transform runs a real dbt project, a tiny one, and says what became of it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import psutil
import pytest

from warehouse.store import builds
from warehouse.store.home import Home
from warehouse.store.locks import WriterBusy, writer_lock
from warehouse.transform import Transformation, TransformFailed, TransformNotStarted
from warehouse.transform.dbt import Dbt, Ended

PROJECT = """
name: tiny
version: "1.0"
profile: tiny
config-version: 2
flags: {send_anonymous_usage_stats: false}
"""
PROFILE = """
tiny:
  target: build
  outputs:
    build: {type: duckdb, path: "{{ env_var('SALA_HOME') }}/build/warehouse.duckdb", threads: 2, schema: marts}
"""
SCHEMA = """
models:
  - name: officers
    columns:
      - name: officers
        data_tests:
          - accepted_values:
              name: officers_are_three
              arguments: {values: [3], quote: false}
              config: {meta: {resolve: Count the officers again and mend the seed.}}
"""
AS_OF = date(2024, 12, 31)


def tiny_home(root: Path, model: str = "select 3 as officers, date '{{ var(\"as_of\") }}' as as_of") -> Home:
    transforms = root / "project" / "transforms"
    (transforms / "models").mkdir(parents=True)
    (transforms / "dbt_project.yml").write_text(PROJECT)
    (transforms / "profiles.yml").write_text(PROFILE)
    (transforms / "models" / "officers.sql").write_text("{{ config(materialized='table') }}\n" + model)
    (transforms / "models" / "officers.yml").write_text(SCHEMA)
    home = Home(root / "home", project=root / "project")
    home.build.mkdir(parents=True)
    return home


def run_transform(home: Home, as_of: date) -> dict[str, Any]:
    with Transformation(home) as transformation:
        transformation.begin(as_of, [])
        return transformation.end()


def read(home: Home, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(home.build_database), read_only=True) as connection:
        return connection.execute(sql).fetchall()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, dict[str, Any]]:
    """A home over whose remains of a killed build another was made, by somebody who has a key; and what that said."""
    key = '\'{{ env_var("SALA_KEY", "not told") }}\' as key'
    model = f"select 3 as officers, {key}, date '{{{{ var(\"as_of\") }}}}' as as_of"
    home = tiny_home(tmp_path_factory.mktemp("built"), model)
    asked = home.project / "transforms" / "models" / "asked.sql"
    asked.write_text("{{ config(tags=['extracts']) }} select officers from {{ ref('officers') }} where 1 = 0", "utf-8")
    home.build_database.write_bytes(b"half a file")
    wal = home.build_database.with_name("warehouse.duckdb.wal")
    wal.write_bytes(b"a log of another file")
    builds.audit_folder(home).mkdir()
    (builds.audit_folder(home) / "audit.json").write_text("{}")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SALA_KEY", "AGE-SECRET-KEY-NOBODYS")
        return home, run_transform(home, AS_OF)


def test_it_builds_from_nothing_even_over_the_remains_of_a_killed_build(built: tuple[Home, dict[str, Any]]) -> None:
    home, result = built
    assert read(home, "select officers, as_of from marts.officers") == [(3, AS_OF)]
    assert (result["models"], result["tests"], result["warnings"]) == (1, 1, [])
    assert not home.build_database.with_name("warehouse.duckdb.wal").exists()
    assert not (builds.audit_folder(home) / "audit.json").exists(), "an old audit must not vouch for a new build"
    assert builds.finished(home).build_id == result["build_id"]
    assert not (home.project / "transforms" / "target").exists(), "dbt writes under the home only"


def test_a_failed_test_names_itself_and_how_to_resolve_it(tmp_path: Path) -> None:
    home = tiny_home(tmp_path, "select 4 as officers")
    with pytest.raises(TransformFailed) as caught:
        run_transform(home, AS_OF)
    text = str(caught.value)
    assert "SALA-T001" in text
    assert "officers_are_three" in text
    assert "Count the officers again" in text
    with pytest.raises(builds.BuildIncomplete):
        builds.finished(home)


def test_a_model_that_cannot_be_built_is_named_with_the_cause(tmp_path: Path) -> None:
    home = tiny_home(tmp_path, "select nonsense as officers")
    with pytest.raises(TransformFailed, match="model officers") as caught:
        run_transform(home, AS_OF)
    assert "nonsense" in caught.value.found
    assert [node.name for node in caught.value.failures] == ["officers"], "skipped tests are consequences, not causes"


def test_a_project_that_does_not_parse_is_not_a_failed_test(tmp_path: Path) -> None:
    home = tiny_home(tmp_path, "select * from {{ ref('no_such_model') }}")
    with pytest.raises(TransformNotStarted, match="no_such_model"):
        run_transform(home, AS_OF)


@pytest.mark.parametrize("artefact", ["run_results.json", "manifest.json"])
def test_artefacts_that_a_full_disk_cut_short_are_told_with_what_dbt_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, artefact: str
) -> None:
    home = tiny_home(tmp_path)

    def cut_short(dbt: Dbt) -> Ended:
        ended = end(dbt)
        (builds.dbt_folder(home) / artefact).write_text("")
        return Ended(1, ended.output + "OSError: No space left on device")

    end = Dbt.end
    monkeypatch.setattr(Dbt, "end", cut_short)
    with pytest.raises(TransformNotStarted, match="No space left") as caught:
        run_transform(home, AS_OF)
    assert "room on the disk" in str(caught.value)


def test_what_extracts_run_is_compiled_but_not_built(built: tuple[Home, dict[str, Any]]) -> None:
    home, result = built
    assert result["models"] == 1
    manifest = json.loads((builds.dbt_folder(home) / "manifest.json").read_text("utf-8"))
    (compiled,) = [node["compiled_code"] for node in manifest["nodes"].values() if node["name"] == "asked"]
    assert compiled.strip() == 'select officers from "warehouse"."marts"."officers" where 1 = 0'
    assert read(home, "select view_name from duckdb_views() where view_name = 'asked'") == []


def test_what_extracts_run_must_compile(tmp_path: Path) -> None:
    home = tiny_home(tmp_path)
    asked = home.project / "transforms" / "models" / "asked.sql"
    asked.write_text("{{ config(tags=['extracts']) }} select {{ no_such_macro() }}", "utf-8")
    with pytest.raises(TransformNotStarted, match="no_such_macro"):
        run_transform(home, AS_OF)


def test_a_second_writer_is_told_to_try_again(tmp_path: Path) -> None:
    home = tiny_home(tmp_path)
    with writer_lock(home, "publish"), pytest.raises(WriterBusy, match="publish, process"):
        run_transform(home, AS_OF)
    with writer_lock(home, "publish"):
        pass


def test_an_orphaned_dbt_ends_and_frees_the_lock(tmp_path: Path) -> None:
    home = tiny_home(tmp_path, "select 3 as officers, (select count(*) from range(60000000000)) as slow")
    script = (
        "import sys; from datetime import date; from pathlib import Path; from warehouse.store.home import Home;"
        "from tests.unit.transform.test_run import run_transform;"
        f"run_transform(Home(Path({str(home.root)!r}), project=Path({str(home.project)!r})), date(2024, 12, 31))"
    )
    parent = subprocess.Popen([sys.executable, "-c", script])
    child = _wait_for_dbt(parent.pid, home)
    with pytest.raises(WriterBusy):
        run_transform(home, AS_OF)
    parent.kill()
    parent.wait()
    psutil.Process(child).wait(10)  # of minutes that the statement takes
    _wait_until_free(home)


def _wait_for_dbt(parent: int, home: Home) -> int:
    """Return the process id of dbt once it has opened the build file."""
    for _ in range(600):
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        if children and home.build_database.exists():
            return int(children[0])
        time.sleep(0.1)
    raise AssertionError("dbt did not start within a minute")


def _wait_until_free(home: Home) -> None:
    for _ in range(100):
        try:
            with writer_lock(home, "test"):
                return
        except WriterBusy:
            time.sleep(0.1)
    raise AssertionError("the lock outlived its process")


def test_a_build_changed_afterwards_is_noticed(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.build.mkdir(parents=True)
    duckdb.connect(str(home.build_database)).close()
    builds.finish(home, "a", AS_OF)
    assert builds.finished(home).as_of == AS_OF
    with duckdb.connect(str(home.build_database)) as connection:
        connection.execute("create table t as select 1 as i")
    with pytest.raises(builds.BuildIncomplete, match="changed after"):
        builds.finished(home)
    assert json.loads(builds.record(home).read_text())["build_id"] == "a"


def test_dbt_is_told_no_key(built: tuple[Home, dict[str, Any]]) -> None:
    assert read(built[0], "select key from marts.officers") == [("not told",)]
