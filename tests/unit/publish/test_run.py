"""Laws 4 and 5: only an audited build is published, as an immutable version behind one pointer."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from warehouse.publish import PublishRefused, VersionDamaged, run_publish
from warehouse.store import builds, versions
from warehouse.store.database import open_published
from warehouse.store.home import Home
from warehouse.store.versions import NothingPublished, PointerBroken

MakeBuild = Callable[..., Home]


def names(home: Home) -> list[str]:
    return sorted(path.name for path in home.published.iterdir())


def test_a_version_holds_marts_and_quality_only_with_comments(make_build: MakeBuild) -> None:
    home = make_build()
    result = run_publish(home)
    with open_published(home) as reader:
        tables = reader.execute("select table_schema || '.' || table_name from information_schema.tables").fetchall()
        assert {name for (name,) in tables} == {
            "marts.officers_trained",
            "quality.freshness",
            "quality.expectation_results",
        }
        comment = "select comment from duckdb_tables() where table_name = 'officers_trained'"
        assert reader.execute(comment).fetchall() == [("Persons trained. One row per province. It's not additive.",)]
        comment = "select comment from duckdb_columns() where column_name = 'province_code'"
        assert reader.execute(comment).fetchall() == [("P-code",)]
        comment = (
            "select comment from duckdb_columns() where table_name = 'expectation_results' and column_name = 'why'"
        )
        assert "does not hold" in str(reader.execute(comment).fetchall())
    assert result["rows"] == {
        "marts.officers_trained": 100,
        "quality.expectation_results": 1,
        "quality.freshness": 1,
    }
    assert (home.published / "CURRENT").read_text() == f"warehouse-{result['version']}.duckdb\n"
    assert result["version"].startswith("20241231-")
    assert names(home) == ["CURRENT", f"warehouse-{result['version']}", f"warehouse-{result['version']}.duckdb"]


def test_the_parquet_files_hold_the_same_rows_and_the_manifest_their_hashes(make_build: MakeBuild) -> None:
    home = make_build()
    result = run_publish(home)
    version = versions.current(home)
    manifest = version.manifest()
    assert manifest["content_hash"] == result["content_hash"]
    assert set(manifest["tables"]) == set(result["rows"])
    path = version.tables / "marts.officers_trained.parquet"
    assert manifest["tables"]["marts.officers_trained"]["file"]["bytes"] == path.stat().st_size
    with duckdb.connect() as connection:
        connection.execute(f"attach '{version.path}' as v (read_only)")
        differ = f"(from v.marts.officers_trained except all from '{path}')"
        assert connection.execute(f"select count(*) from {differ}").fetchall() == [(0,)]
        assert connection.execute(f"select count(*) from '{path}'").fetchall() == [(100,)]


def test_a_build_file_with_more_than_is_published_is_refused(make_build: MakeBuild) -> None:
    home = make_build(more="create schema staging; create table staging.stg_secret as select 1 as i;")
    with pytest.raises(VersionDamaged, match=r"staging\.stg_secret"):
        run_publish(home)
    assert not list(home.published.glob("warehouse-*"))


def test_the_same_content_in_another_order_is_not_published_again(make_build: MakeBuild) -> None:
    home = make_build()
    first = run_publish(home)
    stamp = (home.published / "CURRENT").stat().st_mtime_ns
    make_build(order="i desc")
    second = run_publish(home)
    assert (first["published"], second["published"]) == (True, False)
    assert second["content_hash"] == first["content_hash"]
    assert second["version"] == first["version"]
    assert (home.published / "CURRENT").stat().st_mtime_ns == stamp
    make_build(more="update marts.officers_trained set persons_trained = 7 where persons_trained = 8;")
    third = run_publish(home)
    assert third["published"] is True
    assert third["content_hash"] != first["content_hash"]


KEYED = """
    create table marts.bridge_officer_person as select * from (values {persons}) t(person_ref, officer_key);
    create table marts.dim_officer as select distinct officer_key, 'rank' as rank_code from marts.bridge_officer_person;
"""


def test_the_names_of_the_keys_make_a_version_but_not_the_content(make_build: MakeBuild) -> None:
    found = []
    for persons in (
        "('a', 'k1'), ('b', 'k1'), ('c', 'k2')",
        "('a', 'k9'), ('b', 'k9'), ('c', 'k2')",
        "('a', 'k9'), ('b', 'k2'), ('c', 'k2')",
    ):
        found.append(run_publish(make_build(more=KEYED.format(persons=persons))))
    first, renamed, parted = found
    assert renamed["content_hash"] == first["content_hash"]
    assert renamed["version"] != first["version"], "readers would keep a key that is no longer anybody's"
    assert parted["content_hash"] != first["content_hash"]


def test_equal_rows_repeated_are_not_the_same_content(make_build: MakeBuild) -> None:
    home = make_build()
    first = run_publish(home)
    make_build(more="insert into marts.officers_trained from marts.officers_trained;")
    assert run_publish(home)["content_hash"] != first["content_hash"]


def test_quality_alone_makes_a_new_version_of_the_same_marts(make_build: MakeBuild) -> None:
    home = make_build()
    first = run_publish(home)
    make_build(more="update quality.freshness set partner_id = 'iom';")
    second = run_publish(home)
    assert second["version"] != first["version"]
    assert second["content_hash"] == first["content_hash"]


@pytest.mark.parametrize(
    ("state", "found"), [({"audited": False}, "no audit"), ({"passed": False}, "an audit that failed")]
)
def test_without_a_passed_audit_nothing_moves(make_build: MakeBuild, state: dict[str, bool], found: str) -> None:
    home = make_build()
    first = run_publish(home)
    make_build(rows=5, **state)
    with pytest.raises(PublishRefused, match=found):
        run_publish(home)
    assert versions.current(home).name == first["version"]


def test_an_audit_of_another_build_does_not_count(make_build: MakeBuild) -> None:
    home = make_build()
    record = (builds.audit_folder(home) / "audit.json").read_text()
    make_build(rows=5)
    (builds.audit_folder(home) / "audit.json").write_text(record)
    with pytest.raises(PublishRefused, match="another build"):
        run_publish(home)
    assert not home.published.exists()


def test_results_changed_after_the_audit_do_not_count(make_build: MakeBuild) -> None:
    home = make_build()
    duckdb.sql("select 1 as i").write_parquet(str(builds.audit_folder(home) / "expectation_results.parquet"))
    with pytest.raises(PublishRefused, match="changed after"):
        run_publish(home)


def test_old_versions_go_but_pinned_and_current_stay(make_build: MakeBuild) -> None:
    home = make_build()
    files = []
    for rows in range(1, 6):
        make_build(rows=rows)
        if rows == 2:
            (home.published / "PINNED").write_text(f"# used by the 2024 report\n{files[0]}\n")
        result = run_publish(home, keep=2)
        files.append(Path(result["file"]).name)
    there = {version.file_name for version in versions.all_versions(home)}
    assert there == {files[0], files[3], files[4]}
    assert result["removed"] == [files[2]]
    assert not (home.published / files[1].removesuffix(".duckdb")).exists()


def test_the_current_version_stays_even_when_it_is_the_oldest(make_build: MakeBuild) -> None:
    home = make_build(rows=1)
    first = run_publish(home, keep=1)
    make_build(rows=2)
    second = run_publish(home, keep=2)
    make_build(rows=1)
    back = run_publish(home, keep=1)
    assert back["version"] == first["version"]
    assert back["published"] is True, "the pointer moved back"
    assert versions.current(home).name == first["version"]
    assert second["version"] != first["version"]


def test_a_reader_of_a_removed_version_is_not_disturbed(make_build: MakeBuild) -> None:
    home = make_build(rows=50_000)
    run_publish(home, keep=1)
    with open_published(home) as reader:
        make_build(rows=3)
        assert len(run_publish(home, keep=1)["removed"]) == 1
        assert reader.execute("select sum(persons_trained) from marts.officers_trained").fetchall() == [
            (sum(range(50_000)),)
        ]
    with open_published(home) as reader:
        assert reader.execute("select count(*) from marts.officers_trained").fetchall() == [(3,)]


def test_before_and_after_a_broken_pointer(make_build: MakeBuild) -> None:
    home = make_build()
    with pytest.raises(NothingPublished, match="sala run"):
        open_published(home)
    run_publish(home)
    (home.published / "CURRENT").write_text("warehouse-20240101-000000000000.duckdb\n")
    with pytest.raises(PointerBroken, match="one of the versions that are there: warehouse-20241231-"):
        open_published(home)
    (home.published / "CURRENT").write_text("../../etc/passwd\n")
    with pytest.raises(PointerBroken):
        open_published(home)
    assert run_publish(home)["published"] is True, "publishing mends the pointer"
    open_published(home).close()


def test_keeping_none_is_a_mistake_of_the_caller(make_build: MakeBuild) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        run_publish(make_build(), keep=0)


def test_the_datapackage_is_valid_and_its_hashes_are_right(make_build: MakeBuild) -> None:
    from frictionless import Package
    from frictionless.resources import FileResource

    home = make_build()
    run_publish(home)
    path = versions.current(home).tables / "datapackage.json"
    descriptor = json.loads(path.read_text())
    assert Package.validate_descriptor(descriptor).valid, Package.validate_descriptor(descriptor).to_summary()
    assert len(descriptor["resources"]) == 3
    fields = {f["name"]: f for f in descriptor["resources"][0]["schema"]["fields"]}
    assert {name: field["type"] for name, field in fields.items()} == {
        "province_code": "string",
        "persons_trained": "integer",
        "hours": "number",
        "first_day": "date",
        "is_total": "boolean",
    }
    assert fields["province_code"]["description"] == "P-code"
    for resource in descriptor["resources"]:
        where = {"path": resource["path"], "basepath": str(path.parent)}
        file = FileResource(**where, hash=resource["hash"], bytes=resource["bytes"])
        assert file.validate().valid
        assert not FileResource(**where, hash="sha256:" + "0" * 64).validate().valid, "hashes are looked at"


def test_a_copied_home_keeps_the_versions_published_last(make_build: MakeBuild) -> None:
    home = make_build(rows=1)
    files = []
    for rows in range(1, 4):
        make_build(rows=rows)
        files.append(Path(run_publish(home, keep=5)["file"]))
    for number, path in enumerate(reversed(files)):  # a copy has the times of copying, in any order
        os.utime(path, (1_000_000 + number, 1_000_000 + number))
    make_build(rows=4)
    assert run_publish(home, keep=3)["removed"] == [files[0].name]
    assert [version.path for version in versions.all_versions(home)][:2] == files[1:]


def test_while_held_a_version_is_made_but_the_pointer_stays(make_build: MakeBuild) -> None:
    home = make_build(rows=1)
    first = run_publish(home)
    (home.published / "HOLD").write_text("checking the figures of May\n")
    make_build(rows=2)
    second = run_publish(home, keep=1)
    assert (second["published"], second["held"]) == (False, True)
    assert Path(second["file"]).is_file()
    assert versions.current(home).name == first["version"]
    (home.published / "HOLD").unlink()
    third = run_publish(home)
    assert (third["published"], third["held"]) == (True, False)
    assert versions.current(home).name == third["version"] == second["version"]


def test_nothing_can_be_held_before_something_was_published(make_build: MakeBuild) -> None:
    home = make_build()
    home.published.mkdir()
    (home.published / "HOLD").touch()
    assert run_publish(home)["published"] is True
