"""Tables that are written as Parquet before the audit has ended go out only with the build that they were read from."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from warehouse.publish import VersionDamaged, run_publish, write_draft
from warehouse.publish.content import Table
from warehouse.store import builds, versions
from warehouse.store.home import Home

MakeBuild = Callable[..., Home]
OFFICERS = "marts.officers_trained.parquet"


def draft(home: Home) -> Path:
    write_draft(home, builds.finished(home))
    return builds.draft_folder(home)


def rows(path: Path) -> list[tuple[Any, ...]]:
    return duckdb.sql(f"from '{path}' order by all").fetchall()


def test_a_version_is_the_same_with_a_draft_and_without(make_build: MakeBuild) -> None:
    first = run_publish(make_build())
    files = {path.name: rows(path) for path in versions.current(make_build()).tables.glob("*.parquet")}
    shutil.rmtree((home := make_build()).published)
    draft(home)
    second = run_publish(home)
    assert {k: second[k] for k in ("version", "content_hash", "rows")} == {
        k: first[k] for k in ("version", "content_hash", "rows")
    }
    tables = versions.current(home).tables
    assert {path.name: rows(path) for path in tables.glob("*.parquet")} == files
    assert len(files) == 3


def test_the_files_of_the_draft_go_out_as_they_are_and_nothing_of_it_stays(make_build: MakeBuild) -> None:
    home = make_build()
    written = (draft(home) / OFFICERS).stat().st_ino
    run_publish(home)
    assert (versions.current(home).tables / OFFICERS).stat().st_ino == written
    assert not builds.draft_folder(home).exists()


def test_a_draft_of_another_build_does_not_go_out(make_build: MakeBuild, tmp_path: Path) -> None:
    home = make_build(rows=1)
    shutil.copytree(draft(home), tmp_path / "former")
    make_build(rows=2)
    assert not builds.draft_folder(home).exists(), "it is forgotten with its build"
    shutil.copytree(tmp_path / "former", builds.draft_folder(home))
    run_publish(home)
    assert len(rows(versions.current(home).tables / OFFICERS)) == 2


def test_half_a_draft_is_none(make_build: MakeBuild) -> None:
    home = make_build()
    folder = draft(home)
    (folder / "draft.json").unlink()
    (folder / OFFICERS).write_bytes(b"half")
    run_publish(home)
    assert len(rows(versions.current(home).tables / OFFICERS)) == 100


@pytest.mark.parametrize("damage", ["", "PAR1 half", None])
def test_a_file_that_is_not_as_it_was_written_is_written_again(make_build: MakeBuild, damage: str | None) -> None:
    home = make_build()
    folder = draft(home)
    if damage is None:
        shutil.copy(folder / "quality.freshness.parquet", folder / OFFICERS)
    else:
        (folder / OFFICERS).write_text(damage)
    run_publish(home)
    assert len(rows(versions.current(home).tables / OFFICERS)) == 100


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"build": {}, "tables": []}'])
def test_a_draft_whose_record_is_damaged_is_none(make_build: MakeBuild, text: str) -> None:
    home = make_build()
    (draft(home) / "draft.json").write_text(text)
    assert run_publish(home)["rows"]["marts.officers_trained"] == 100
    assert len(rows(versions.current(home).tables / OFFICERS)) == 100


@pytest.mark.parametrize("text", ["", '{"tab', "[]", "{}", '{"tables": {"marts.officers_trained": {}}}'])
def test_a_version_with_a_damaged_manifest_keeps_nobody_from_drafting_the_next(
    make_build: MakeBuild, text: str
) -> None:
    home = make_build(rows=1)
    run_publish(home)
    versions.current(home).manifest_path.write_text(text)
    make_build(rows=2)
    assert (draft(home) / OFFICERS).is_file()
    assert run_publish(home)["published"]


def test_what_is_published_already_is_not_drafted(make_build: MakeBuild) -> None:
    home = make_build()
    run_publish(home)
    make_build()
    assert [path.name for path in draft(home).iterdir()] == ["draft.json"]
    assert run_publish(home)["published"] is False
    make_build(rows=2)
    assert (draft(home) / OFFICERS).is_file()


def test_what_a_draft_left_out_is_written_when_only_the_audit_found_something_else(make_build: MakeBuild) -> None:
    home = make_build()
    first = run_publish(home)
    make_build(why="y")
    draft(home)
    second = run_publish(home)
    assert second["published"]
    assert second["content_hash"] == first["content_hash"]
    assert len(rows(versions.current(home).tables / OFFICERS)) == 100


def test_a_broken_pointer_does_not_keep_a_draft_from_being_written(make_build: MakeBuild) -> None:
    home = make_build()
    home.published.mkdir()
    (home.published / "CURRENT").write_text("nothing of the kind\n")
    assert (draft(home) / OFFICERS).is_file()


def test_a_table_that_comes_out_short_is_no_draft(make_build: MakeBuild, monkeypatch: pytest.MonkeyPatch) -> None:
    home = make_build()

    def one_more(connection: duckdb.DuckDBPyConnection) -> list[Table]:
        return [Table("quality.freshness", "", (), "", rows=2, content_hash="")]

    monkeypatch.setattr("warehouse.publish.draft.read_tables", one_more)
    with pytest.raises(VersionDamaged, match="2 rows, as in the build file"):
        draft(home)
    assert not (builds.draft_folder(home) / "draft.json").exists()
