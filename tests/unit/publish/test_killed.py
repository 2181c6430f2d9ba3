"""kill -9 between any two steps of publish: readers see the old version or the new, whole, and the next run tidies."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from warehouse.publish import run_publish, write_draft
from warehouse.store import builds, versions
from warehouse.store.database import open_published
from warehouse.store.home import Home

MakeBuild = Callable[..., Home]

ACTS = ("os.rename", "os.remove", "os.rmdir", "os.mkdir", "open")


def publish_and_die(root: Path, at: int) -> None:
    """Publish, and kill this process at the n-th act on published/, told by Python's audit hook."""
    home, seen = Home(root), 0

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal seen
        if event in ACTS and str(home.root) in str(arguments[0]):
            seen += 1
            if seen == at:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)
    run_publish(home, keep=1)


def publish_killed_at(home: Home, act: int) -> int:
    """Publish in a forked process (no database is open here) and return how it ended."""
    child = os.fork()
    if child == 0:
        try:
            publish_and_die(home.root, act)
        except BaseException:
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def read(home: Home) -> int:
    with open_published(home) as reader:
        return int(reader.execute("select count(*) from marts.officers_trained").fetchall()[0][0])


@pytest.mark.timeout(300)
@pytest.mark.parametrize("is_drafted", [False, True])
def test_killed_between_any_two_steps_published_is_consistent(make_build: MakeBuild, is_drafted: bool) -> None:
    home = make_build(rows=1)
    run_publish(home)
    outcomes = set()
    for act in range(1, 100):
        rows = act + 1  # content never seen before, so every round writes everything
        make_build(rows=rows)
        before = read(home)
        if is_drafted:
            write_draft(home, builds.finished(home))
        code = publish_killed_at(home, act)
        outcomes.add(code)
        assert read(home) in (before, rows)
        assert versions.current(home).complete, "the pointer names a whole version"
        run_publish(home, keep=1)
        current = versions.current(home)
        assert read(home) == rows
        left = {path.name for path in home.published.iterdir()}
        assert left == {"CURRENT", current.file_name, current.tables.name}
        assert pq.read_metadata(current.tables / "marts.officers_trained.parquet").num_rows == rows
        if code == 0:
            break
    assert outcomes == {-9, 0}
    assert act > 10, f"it was killed at {act} places"


def test_what_a_killed_publication_left_is_removed(make_build: MakeBuild) -> None:
    home = make_build()
    home.published.mkdir()
    for name in (".new-abc.duckdb", ".new-abc.duckdb.wal"):
        (home.published / name).write_bytes(b"half")
    (home.published / ".new-abc").mkdir()
    (home.published / "warehouse-20240101-0123456789ab").mkdir()
    (home.published / "notes.txt").write_text("somebody's own file")
    run_publish(home)
    current = versions.current(home)
    left = {path.name for path in home.published.iterdir()}
    assert left == {"CURRENT", "notes.txt", current.file_name, current.tables.name}
    assert Path(current.path).stat().st_size > 0
