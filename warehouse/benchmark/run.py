"""One run: generate, measure the arms one after the other, check that they agree, report."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console

from warehouse.benchmark.figures import compare, of_lists, published, reference
from warehouse.benchmark.generate import ROWS_OF_FILE, Delivery, generate
from warehouse.benchmark.measure import Arm, measure
from warehouse.benchmark.report import show, summarise
from warehouse.benchmark.spellings import read_spellings
from warehouse.store.home import Home
from warehouse.store.keys import new_key_file

FLOORS = 3  # it takes seconds: on a shared machine one run of it may take half as long again as the next


def run(
    home: Home,
    rows: int = 1_000_000,
    files: int | None = None,
    skip_pandas: bool = False,
    extract: bool = False,
    as_json: bool = False,
) -> dict[str, Any]:
    """Measure the floor, the pipeline and pandas on the same generated files, and an extract if asked.

    Args:
        home: Where the work is done, in a folder of its own that is removed at the end; its data is not touched.
        rows: Attendance rows to generate.
        files: Over how many files; by default 100,000 rows each.
        skip_pandas: Leave out pandas, which takes minutes at 5 M rows.
        extract: Also draft an extract of the version.
        as_json: Keep standard output free: the JSON lines go to standard error and no table is shown.

    Returns:
        `steps` (wall and processor seconds, peak MiB), `ratio_to_floor`, `ratio_to_pandas` and what was measured.

    Raises:
        ArmFailed: One of the programs ended with an error.
        FiguresDiffer: They do not give the same figures.
    """
    stream = sys.stderr if as_json else sys.stdout
    with _own_folder(home) as work:
        delivery = generate(work / "home", work / "contracts", rows, files or max(1, round(rows / ROWS_OF_FILE)))
        arms: dict[str, Arm] = {}
        names = ["floor", "pipeline", *(["extract"] if extract else []), *([] if skip_pandas else ["pandas"])]
        for name in names:
            arms[name] = measured(name, work)
            for step in (*arms[name].steps, arms[name].whole):
                print(json.dumps(step.as_dict(), ensure_ascii=False), file=stream, flush=True)
        _check(work, delivery, arms)
    summary = summarise(delivery, arms)
    if not as_json:
        print(json.dumps({k: v for k, v in summary.items() if k != "steps"}, ensure_ascii=False), flush=True)
        show(summary, Console())
    return summary


def measured(name: str, work: Path) -> Arm:
    """Return one run of an arm; of the floor, the one that took neither longest nor shortest."""
    times = FLOORS if name == "floor" else 1
    runs = [measure(name, [str(work)], _environment(work)) for _ in range(times)]
    return sorted(runs, key=lambda run: run.whole.wall_seconds)[times // 2]


@contextmanager
def _own_folder(home: Home) -> Iterator[Path]:
    """Yield a new folder on the home's disk; it is removed however the block ends."""
    home.root.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix="benchmark-", dir=home.root))
    try:
        new_key_file(work / "key")
        yield work
    finally:
        shutil.rmtree(work)


def _environment(work: Path) -> dict[str, str]:
    """Return what keeps an arm apart from the user's own installation."""
    return {"SALA_HOME": str(work / "home"), "SALA_KEY_FILE": str(work / "key"), "SALA_KEY": ""}


def _check(work: Path, delivery: Delivery, arms: dict[str, Arm]) -> None:
    expected = reference(work / "home" / "inbox" / "benchmark", read_spellings(work / "contracts"))
    result = arms["pipeline"].result
    compare("pipeline", published(Path(result["published"])), expected)
    if "pandas" in arms:
        compare("pandas", of_lists(arms["pandas"].result["officers"]), expected)
    parts = result["rows_accepted"] + result["rows_quarantined"] + result["rows_repeated"]
    assert delivery.rows == result["rows_read"] == parts, "law 1 does not hold"
