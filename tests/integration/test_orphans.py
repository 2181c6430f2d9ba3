"""Neither a process nor a readable copy of a partner's file outlives a run that was killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import House, listing, row
from warehouse import pipeline
from warehouse.store.files import only_one
from warehouse.store.home import PROJECT

RUN = """
import sys
from pathlib import Path
from warehouse import pipeline
from warehouse.store.home import Home
pipeline.ingest_all(Home(Path(sys.argv[1]), Path(sys.argv[2])), workers=2)
"""


def _parents() -> dict[int, int]:
    """Every living process and its parent; a zombie has ended."""
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if state != "Z":
            found[int(stat.parent.name)] = int(parent)
    return found


def descendants(pid: int) -> set[int]:
    parents, found = _parents(), {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {pid}


@pytest.mark.skipif(sys.platform != "linux", reason="other systems tell no child of its parent's death")
def test_a_killed_run_leaves_no_process_behind(house: House) -> None:
    for number in range(40):
        house.deliver(f"att_f{number}.csv", listing(*[row(number * 100 + n) for n in range(50)]))
    command = [sys.executable, "-c", RUN, str(house.home.root), str(house.home.contracts)]
    run = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(PROJECT)}, stdin=subprocess.DEVNULL)
    started: set[int] = set()
    until = time.monotonic() + 60
    while len(started) < 4 and run.poll() is None and time.monotonic() < until:  # two workers, a server each
        started = descendants(run.pid)
        time.sleep(0.02)
    run.send_signal(signal.SIGKILL)
    run.wait()
    assert len(started) >= 4, "the run ended before it could be killed"
    until = time.monotonic() + 10
    while (left := started & set(_parents())) and time.monotonic() < until:
        time.sleep(0.1)
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    assert not left, "processes outlived the run that started them"


def test_readable_copies_of_a_killed_run_are_removed_and_those_in_use_are_not(house: House) -> None:
    stale, used = (house.home.scratch / f"arrival-acme-{name * 16}" for name in "ab")
    for folder in (stale, used):
        folder.mkdir(parents=True)
        (folder / "received").write_text("Canary Dara")
    with only_one(house.home, used.name):
        assert pipeline.ingest_all(house.home) == []
        assert not stale.exists()
        assert used.exists()
    pipeline.ingest_all(house.home)
    assert not used.exists()
