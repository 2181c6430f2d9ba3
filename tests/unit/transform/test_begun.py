"""A build that is begun before identify has ended: half of it is built meanwhile, and the whole is one build."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.unit.transform.test_run import AS_OF, read, tiny_home
from warehouse.store import builds
from warehouse.store.home import Home
from warehouse.store.locks import WriterBusy, writer_lock
from warehouse.transform import Transformation, TransformFailed

SOURCE = """
sources:
  - name: identity
    meta: {external_location: "read_parquet('{{ env_var('SALA_HOME') }}/identity/{name}.parquet')"}
    tables: [{name: crosswalk}]
"""
OFFICERS = "select count(*) as officers from {{ source('identity', 'crosswalk') }} cross join {{ ref('before') }}"


def home_of_two_halves(root: Path, before: str = "select 1 as one") -> Home:
    home = tiny_home(root, OFFICERS)
    models = home.project / "transforms" / "models"
    (models / "sources.yml").write_text(SOURCE)
    (models / "before.sql").write_text("{{ config(materialized='table') }}\n" + before)
    home.crosswalk.parent.mkdir(parents=True)
    return home


def identify(home: Home) -> None:
    duckdb.execute(f"copy (select i as person_ref from range(3) as t(i)) to '{home.crosswalk}'")


def test_half_is_built_before_there_is_a_crosswalk_and_the_report_is_of_both(tmp_path: Path) -> None:
    home = home_of_two_halves(tmp_path)
    with Transformation(home) as transformation:
        transformation.begin(AS_OF, [])
        _wait_for_begun(home)
        assert not home.crosswalk.exists()
        identify(home)
        result: dict[str, Any] = transformation.end()
    assert (result["models"], result["tests"]) == (2, 1)
    assert read(home, "select officers from marts.officers") == [(3,)]
    assert builds.finished(home).build_id == result["build_id"]


def test_a_failure_of_the_first_half_is_told_and_nothing_is_built_on_it(tmp_path: Path) -> None:
    home = home_of_two_halves(tmp_path, "select nonsense as one")
    with Transformation(home) as transformation:
        transformation.begin(AS_OF, [])
        identify(home)
        with pytest.raises(TransformFailed, match="model before") as caught:
            transformation.end()
    assert [node.name for node in caught.value.failures] == ["before"]
    assert read(home, "select table_name from duckdb_tables()") == []


def test_nobody_else_writes_while_a_build_is_begun(tmp_path: Path) -> None:
    home = home_of_two_halves(tmp_path)
    with Transformation(home) as transformation:
        transformation.begin(AS_OF, [])
        with pytest.raises(WriterBusy, match="transform, process"), writer_lock(home, "publish"):
            pass
    with writer_lock(home, "publish"):
        pass
    with pytest.raises(builds.BuildIncomplete):
        builds.finished(home)


def _wait_for_begun(home: Home) -> None:
    """Wait until dbt has said in its log that the first half is done."""
    log, until = builds.dbt_folder(home) / "dbt.log", time.monotonic() + 60
    while "Completed successfully" not in (log.read_text("utf-8") if log.exists() else ""):
        assert time.monotonic() < until
        time.sleep(0.05)
