"""What a million appearances cost: wall time and memory of resolving them, and of adding a thousand.

    generate (a process of its own) ──Arrow file──► resolve all but a thousand ──known──► add the thousand
                                                    (a process of its own, watched from within)

The file holds invented persons, lies in a temporary folder and is removed.
"""

from __future__ import annotations

import tempfile
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psutil
import pyarrow.feather as feather

from warehouse.evaluation.run import SEED, STANDARD_MIX, Resolver, align, judge, resolver
from warehouse.population import Appearances, appearances

COUNT, ADDED = 1_000_000, 1_000
INTERVAL = 0.1  # seconds between two looks at memory
TARGETS = {"seconds": 300.0, "peak_mib": 8 * 1024.0, "added_share": 0.10}


class Watch:
    """Measures the block it surrounds: `seconds`, and `peak_mib`, the most this process and its children held."""

    def __init__(self) -> None:
        self.seconds = self.peak_mib = 0.0
        self._ended = threading.Event()
        self._looking = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Self:
        self._began = time.perf_counter()
        self._looking.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.seconds = time.perf_counter() - self._began
        self._ended.set()
        self._looking.join()

    def _look(self) -> None:
        process = psutil.Process()
        while True:
            held = sum(_resident(p) for p in (process, *process.children(recursive=True)))
            self.peak_mib = max(self.peak_mib, held / 2**20)
            if self._ended.wait(INTERVAL):
                return


def _resident(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.Error:  # it ended while we looked
        return 0


def measure_scale(count: int = COUNT, added: int = ADDED, seed: int = SEED) -> dict[str, Any]:
    """Measure the project's resolver on `count` appearances of half as many persons, the last `added` in a second run.

    Returns:
        The resolver's row on them, with `seconds` and `peak_mib` of the first run, `added_seconds`, `added_peak_mib`,
        `added_share` of the first run's time, and `targets_met`.
    """
    with tempfile.TemporaryDirectory() as folder:
        # Processes of their own: memory that generating has left behind is not the resolver's.
        for work, arguments in ((_generate, (count, seed)), (_measure_own, (added,))):
            with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
                result = pool.submit(work, Path(folder), *arguments).result()
    return result


def _generate(folder: Path, count: int, seed: int) -> dict[str, Any]:
    lists = appearances(count, seed)
    for name in ("persons", "truth"):
        feather.write_feather(getattr(lists, name), folder / name)
    return {}


def _measure_own(folder: Path, added: int) -> dict[str, Any]:
    lists = Appearances(feather.read_table(folder / "persons"), feather.read_table(folder / "truth"))
    return measure(lists, added, resolver())


def measure(lists: Appearances, added: int, resolve: Resolver) -> dict[str, Any]:
    """Measure a resolver in this process; see `measure_scale`."""
    first = lists.persons.slice(0, len(lists.persons) - added)  # references are random, so these are as good as any
    with Watch() as whole:
        known = resolve(first).known
    with Watch() as adding:
        resolved = resolve(lists.persons, known=known)
    row = judge(STANDARD_MIX, lists, align(lists.truth, resolved.persons), whole.seconds)
    row |= {
        "peak_mib": round(whole.peak_mib),
        "added": added,
        "added_seconds": round(adding.seconds, 2),
        "added_peak_mib": round(adding.peak_mib),
        "added_share": adding.seconds / whole.seconds,
    }
    row["targets_met"] = {
        "seconds": whole.seconds <= TARGETS["seconds"],
        "peak_mib": max(whole.peak_mib, adding.peak_mib) <= TARGETS["peak_mib"],
        "added_share": row["added_share"] <= TARGETS["added_share"],
    }
    return row
