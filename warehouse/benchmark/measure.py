"""Runs one arm in a process of its own and watches its whole process tree: wall time, processor time, memory.

    arm ──one JSON line when a step begins, one when it ends──► this process, which looks every 0.1 s and at each line

Memory is the proportional set size summed over the tree, so that what workers share is counted once; it is asked for
only when the cheap resident size says that it may be a new peak. Processor time counts processes that have ended as
well: with their parent, which waited for them, or by what was last seen of them.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from typing import IO, Any, ClassVar

import psutil

from warehouse.errors import TerminalError

INTERVAL = 0.1  # seconds
PAUSE = 0.4  # seconds between two looks at proportional sizes, which cost the system a walk through all pages


class ArmFailed(TerminalError):
    """One of the measured programs ended with an error."""

    code: ClassVar[str] = "SALA-B001"
    title: ClassVar[str] = "A part of the benchmark failed"


@dataclass(frozen=True)
class Step:
    """What one step cost: seconds of wall and processor time, MiB at the highest moment."""

    arm: str
    step: str
    wall_seconds: float
    cpu_seconds: float
    peak_mib: float

    def as_dict(self) -> dict[str, Any]:
        """Return the figures, rounded for a report."""
        return {
            "arm": self.arm,
            "step": self.step,
            "wall_seconds": round(self.wall_seconds, 2),
            "cpu_seconds": round(self.cpu_seconds, 2),
            "peak_mib": round(self.peak_mib),
        }


@dataclass
class Arm:
    """The steps of one arm, the whole of it, and what it reported."""

    steps: list[Step] = field(default_factory=list)
    result: dict[str, Any] = field(default_factory=dict)

    @property
    def whole(self) -> Step:
        """All steps together."""
        return Step(
            self.steps[0].arm,
            "whole",
            sum(s.wall_seconds for s in self.steps),
            sum(s.cpu_seconds for s in self.steps),
            max(s.peak_mib for s in self.steps),
        )


class Tree:
    """A process and everything it started."""

    def __init__(self, pid: int) -> None:
        self._root = psutil.Process(pid)
        self._seen: dict[int, tuple[int, float]] = {}
        self._gone = 0.0
        self._looked = 0.0

    def look(self, peak: float = 0.0) -> tuple[float, float]:
        """Return processor seconds used so far, and `peak` or, when more is held now, that many MiB."""
        now: dict[int, tuple[int, float]] = {}
        resident, processes = 0, self._processes()
        for process in processes:
            try:
                times = process.cpu_times()
                now[process.pid] = (
                    process.ppid(),
                    times.user + times.system + times.children_user + times.children_system,
                )
                resident += process.memory_info().rss
            except psutil.Error:  # it ended while we looked
                continue
        for pid, (parent, seconds) in self._seen.items():
            if pid not in now and parent not in now:
                self._gone += seconds
        self._seen = now
        if resident / 2**20 > peak and (not peak or time.monotonic() - self._looked > PAUSE):
            peak = max(peak, sum(map(_held, processes)) / 2**20)
            self._looked = time.monotonic()
        return self._gone + sum(seconds for _, seconds in now.values()), peak

    def _processes(self) -> list[psutil.Process]:
        try:
            return [self._root, *self._root.children(recursive=True)]
        except psutil.Error:
            return []


def _held(process: psutil.Process) -> int:
    """Return a process's share of memory in bytes: PSS where the system tells it, else RSS; 0 when it has ended."""
    try:
        full: Any = process.memory_full_info()
    except psutil.Error:
        return 0
    return int(getattr(full, "pss", full.rss))


def measure(arm: str, arguments: list[str], environment: dict[str, str]) -> Arm:
    """Run ``python -m warehouse.benchmark.arms <arm> <arguments>`` and return what its steps cost.

    Raises:
        ArmFailed: It ended with an error, whose last lines are in the message.
    """
    command = [sys.executable, "-m", "warehouse.benchmark.arms", arm, *arguments]
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=errors, env={**os.environ, **environment}, bufsize=0
        )
        try:
            measured = _watch(arm, process)
        finally:
            process.kill()
            process.wait()
            assert process.stdout is not None
            process.stdout.close()
        if process.returncode != 0 or not measured.steps:
            errors.seek(0)
            last = errors.read().decode(errors="replace").strip().splitlines()[-12:]
            raise ArmFailed(
                f"arm {arm}", "\n            ".join(last), "an arm that ends well", "read the message above"
            )
    return measured


def _watch(arm: str, process: subprocess.Popen[bytes]) -> Arm:
    """Read the arm's lines and look at its tree until it ends."""
    stream: IO[bytes] | None = process.stdout
    assert stream is not None
    tree, measured, unfinished = Tree(process.pid), Arm(), b""
    began, cpu_before, peak, name = time.monotonic(), 0.0, 0.0, ""
    while True:
        ready, _, _ = select.select([stream], [], [], INTERVAL)
        cpu, peak = tree.look(peak)
        if not ready:
            continue
        chunk = os.read(stream.fileno(), 1 << 16)
        if not chunk:
            process.wait()
            return measured
        *lines, unfinished = (unfinished + chunk).split(b"\n")
        for line in lines:
            said = json.loads(line)
            if "begin" in said:
                name, began, cpu_before, peak = said["begin"], said["at"], cpu, 0.0
            elif "end" in said:
                measured.steps.append(Step(arm, name, said["at"] - began, cpu - cpu_before, peak))
            else:
                measured.result = said
