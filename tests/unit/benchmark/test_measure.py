from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from warehouse.benchmark.measure import Arm, ArmFailed, Step, Tree, measure

BUSY = """
import subprocess, sys, time
held = bytearray(80 << 20)
held[::4096] = b"x" * len(held[::4096])
work = "import time\\nt = time.process_time()\\nwhile time.process_time() - t < 0.6: pass"
child = subprocess.Popen([sys.executable, "-c", work])
child.wait()
print("ready", flush=True)
sys.stdin.read()
"""


def test_a_tree_holds_the_memory_and_the_time_of_processes_that_have_ended() -> None:
    process = subprocess.Popen([sys.executable, "-c", BUSY], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        seconds, mebibytes = Tree(process.pid).look()
        assert seconds >= 0.6
        assert mebibytes >= 80
    finally:
        process.communicate(b"")


ORPHANING = """
import subprocess, sys
busy = "import time\\nt = time.process_time()\\nwhile time.process_time() - t < 0.6: pass\\n"
leaf = busy + "print('ready', flush=True)\\ntime.sleep(20)"
middle = f"import subprocess, sys\\nsubprocess.Popen([sys.executable, '-c', {leaf!r}]).wait()"
child = subprocess.Popen([sys.executable, "-c", middle])
sys.stdin.readline()
child.kill()
child.wait()
print("gone", flush=True)
sys.stdin.read()
"""


def test_time_of_a_process_whose_parent_did_not_wait_is_kept() -> None:
    process = subprocess.Popen([sys.executable, "-c", ORPHANING], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == b"ready\n"
        tree = Tree(process.pid)
        assert tree.look()[0] >= 0.6
        [leaf] = [p for p in psutil.Process(process.pid).children(recursive=True) if not p.children()]
        process.stdin.write(b"\n")
        process.stdin.flush()
        assert process.stdout.readline() == b"gone\n"
        assert tree.look()[0] >= 0.6
        leaf.kill()
    finally:
        process.communicate(b"")


def test_an_arm_reports_its_steps_and_its_result(tmp_path: Path) -> None:
    inbox = tmp_path / "home" / "inbox" / "benchmark"
    inbox.mkdir(parents=True)
    header = "Person id,Province of duty,Module,Category,Attendance"
    (inbox / "a.csv").write_text(
        f"{header}\n1,Kep,Team work,Police,P\n1,Kep,Team work,Police,P\n2,Kep,Team work,Judge,P\n"
    )
    arm = measure("floor", [str(tmp_path)], {})
    assert [step.step for step in arm.steps] == ["read as text, write Parquet", "officers per province and module"]
    assert arm.result == {"cells": 1}
    assert (tmp_path / "floor.parquet").stat().st_size > 0
    assert arm.whole.wall_seconds == sum(s.wall_seconds for s in arm.steps) > 0
    assert arm.whole.peak_mib > 10


def test_an_arm_that_fails_says_why(tmp_path: Path) -> None:
    with pytest.raises(ArmFailed, match="No files found") as caught:
        measure("floor", [str(tmp_path)], {})
    assert caught.value.code == "SALA-B001"


def test_the_whole_is_the_sum_in_time_and_the_maximum_in_memory() -> None:
    whole = Arm([Step("a", "x", 1.0, 2.0, 300.0), Step("a", "y", 0.5, 0.25, 100.0)]).whole
    assert (whole.step, whole.wall_seconds, whole.cpu_seconds, whole.peak_mib) == ("whole", 1.5, 2.25, 300.0)


def test_no_process_is_left_behind(tmp_path: Path) -> None:
    before = {c.pid for c in psutil.Process(os.getpid()).children()}
    with pytest.raises(ArmFailed):
        measure("floor", [str(tmp_path)], {})
    assert {c.pid for c in psutil.Process(os.getpid()).children()} <= before
