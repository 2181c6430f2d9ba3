"""What a version was built from appears whole, goes with its version, and stays where somebody stands on it."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import pytest

from warehouse.store import snapshots, versions
from warehouse.store.home import Home
from warehouse.store.snapshots import SnapshotMissing

VERSION = "20241231-0123456789ab"
MODELS = "f" * 64


def drafted(home: Home, build: str = "b1", models: str = MODELS, taken_at: str = "2025-01-01") -> None:
    made = snapshots.draft(home)
    (made.folder / "seeds").mkdir(parents=True)
    (made.folder / "seeds" / "one.parquet").write_bytes(build.encode())
    snapshots.record(home, made, build_id=build, models_fingerprint=models, taken_at=taken_at, erasures=[])


def published(home: Home, version: str = VERSION) -> None:
    home.published.mkdir(parents=True, exist_ok=True)
    (home.published / f"warehouse-{version}.duckdb").touch()
    versions.pointer(home).write_text(f"warehouse-{version}.duckdb\n")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def test_a_draft_gets_the_name_of_its_version_and_of_its_models(home: Home) -> None:
    drafted(home)
    published(home)
    name = snapshots.keep(home, VERSION, "b1")
    assert name == f"{VERSION}-{'f' * 12}"
    kept = snapshots.current(home)
    assert (kept.name, kept.version) == (name, VERSION)
    assert snapshots.named(home, kept.name) == kept
    assert not snapshots.draft(home).folder.exists()
    assert snapshots.keep(home, VERSION, "b1") is None, "there is nothing new to keep"


def test_the_draft_of_another_build_is_not_kept(home: Home) -> None:
    drafted(home, build="b1")
    assert snapshots.keep(home, VERSION, "b2") is None


def test_a_draft_without_its_record_is_half_a_snapshot_and_is_not_kept(home: Home) -> None:
    drafted(home)
    snapshots.draft(home).about_path.unlink()
    assert snapshots.keep(home, VERSION, "b1") is None


def test_what_an_issue_may_stand_on_stays_and_the_models_used_last_are_current(home: Home) -> None:
    published(home)
    for build, models, at in (("b1", MODELS, "2025-01-01"), ("b2", "e" * 64, "2025-01-02")):
        drafted(home, build, models, at)
        snapshots.keep(home, VERSION, build)
    assert snapshots.current(home).name == f"{VERSION}-{'e' * 12}"
    drafted(home, "b3", MODELS, "2025-01-03")
    snapshots.keep(home, VERSION, "b3")
    assert snapshots.current(home).name == f"{VERSION}-{'f' * 12}"
    assert (snapshots.current(home).folder / "seeds" / "one.parquet").read_bytes() == b"b1"


def test_a_version_without_one_says_so(home: Home) -> None:
    published(home)
    with pytest.raises(SnapshotMissing):
        snapshots.current(home)
    with pytest.raises(SnapshotMissing):
        snapshots.named(home, "20200101-0123456789ab-0123456789ab")


def issue(home: Home, snapshot: str, number: int, withdrawn: bool = False) -> None:
    folder = home.extract("fund", "FY2024", number)
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(json.dumps({"snapshot": snapshot}))
    if withdrawn:
        (folder / "withdrawn.json").write_text("{}")


def test_it_goes_with_its_version_unless_somebody_names_it(home: Home) -> None:
    gone = [f"2024010{n}-0123456789ab" for n in range(1, 5)]
    for version in (*gone, VERSION):
        drafted(home)
        snapshots.keep(home, version, "b1")
    published(home)
    (home.published / "PINNED").write_text(f"warehouse-{gone[0]}.duckdb\n")
    issue(home, f"{gone[1]}-{'f' * 12}", 1)
    issue(home, f"{gone[2]}-{'f' * 12}", 2, withdrawn=True)
    (home.snapshots / f"{snapshots.UNFINISHED}left").mkdir()
    assert snapshots.remove_unneeded(home) == [f"{version}-{'f' * 12}" for version in gone[2:]]
    assert {path.name.removesuffix("-" + "f" * 12) for path in home.snapshots.iterdir()} == {*gone[:2], VERSION}


def test_a_link_keeps_the_bytes_when_the_zone_replaces_the_file(home: Home, tmp_path: Path) -> None:
    source, target = tmp_path / "zone", tmp_path / "snapshot" / "zone"
    source.write_bytes(b"then")
    snapshots.link(source, target)
    assert target.samefile(source)
    (tmp_path / "new").write_bytes(b"now")
    (tmp_path / "new").replace(source)
    assert (target.read_bytes(), source.read_bytes()) == (b"then", b"now")


def test_where_the_disk_knows_no_links_it_is_a_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise OSError(errno.EXDEV, "another disk")

    monkeypatch.setattr(os, "link", refused)
    (tmp_path / "zone").write_bytes(b"then")
    snapshots.link(tmp_path / "zone", tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == b"then"
