"""What dbt compiled is kept free of the home and of the day, and each model comes after what it reads."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from warehouse.transform.compiled import Models, ModelsUnreadable, compiled, read_models
from warehouse.transform.replay import statements

ROOT = Path("/a/home, it's {one}")
DAY = date(2024, 12, 31)


def node(kind: str, name: str, sql: str = "", reads: tuple[str, ...] = (), **config: Any) -> dict[str, Any]:
    columns = {"n": {"name": "n", "data_type": "integer"}}
    found = {"name": name, "resource_type": kind, "unique_id": f"{kind}.sala.{name}", "database": "workbench"}
    return found | {
        "schema": "s",
        "compiled_code": sql,
        "columns": columns,
        "depends_on": {"nodes": list(reads)},
        "config": {"materialized": "table", "meta": {}, **config},
    }


def manifest(folder: Path, *nodes: dict[str, Any]) -> Path:
    (folder / "manifest.json").write_text(json.dumps({"nodes": {n["unique_id"]: n for n in nodes}}))
    return folder


def sql_of(root: Path, day: date) -> str:
    place = str(root).replace("'", "''")
    return f"select 1 as n from read_parquet('{place}/bronze/*.parquet') where d < cast('{day}' as date)"


def models(folder: Path, root: Path = ROOT, day: date = DAY) -> Models:
    last = node("model", "a_last", "select n from first", ("model.sala.z_first", "seed.sala.list", "source.sala.x"))
    first = node("model", "z_first", sql_of(root, day), ("source.sala.x",), contract={"enforced": True})
    return compiled(manifest(folder, last, first, node("seed", "list", materialized="seed")), root, day)


def test_it_holds_neither_place_nor_day_and_gets_both_back(tmp_path: Path) -> None:
    kept = models(tmp_path).nodes["z_first"]
    assert str(ROOT) not in kept.sql.replace("''", "'")
    assert "2024" not in kept.sql
    table, insert = statements(kept, Path("/else/it's"), date(2030, 1, 2))
    assert table == 'create table "workbench"."s"."z_first" ("n" integer)'
    assert sql_of(Path("/else/it's"), date(2030, 1, 2)) in insert


def test_the_same_project_has_the_same_fingerprint_in_every_home_on_every_day(tmp_path: Path) -> None:
    here = models(tmp_path)
    assert models(tmp_path, Path("/elsewhere"), date(2031, 1, 1)).fingerprint() == here.fingerprint()
    assert here.fingerprint(["z_first"]) != here.fingerprint()


def test_each_comes_after_what_it_reads_and_only_that_is_needed(tmp_path: Path) -> None:
    kept = models(tmp_path)
    assert list(kept.nodes).index("z_first") < list(kept.nodes).index("a_last")
    assert [n.name for n in kept.needed_for(["z_first"])] == ["z_first"]
    assert {n.name for n in kept.needed_for(["a_last"])} == {"z_first", "list", "a_last"}


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    kept = models(tmp_path)
    (tmp_path / "models.json").write_text(json.dumps(kept.as_list()))
    assert read_models(tmp_path / "models.json") == kept


def test_a_place_in_the_sql_that_cannot_be_moved_is_refused(tmp_path: Path) -> None:
    made = manifest(tmp_path, node("model", "bound", "attach '/a/home/other.duckdb'"))
    with pytest.raises(ModelsUnreadable, match="bound"):
        compiled(made, Path("/a/home"), DAY)
