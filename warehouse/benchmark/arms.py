"""The measured programs, each alone in its process: ``python -m warehouse.benchmark.arms floor FOLDER``.

On standard output: a JSON line when a step begins, one when it ends, and one with the result.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_REPORT = os.dup(1)  # the lines go to the pipe; whatever a library prints goes to standard error
os.dup2(2, 1)


def _say(document: dict[str, Any]) -> None:
    os.write(_REPORT, (json.dumps(document) + "\n").encode())


@contextmanager
def step(name: str) -> Iterator[None]:
    """Report when a step begins and ends."""
    _say({"begin": name, "at": time.monotonic()})
    yield
    _say({"end": name, "at": time.monotonic()})


def main(arm: str, work: Path) -> None:
    """Run one arm; each imports only what it needs, before its first step."""
    if arm == "floor":
        from warehouse.benchmark.floor import run_floor as run
    elif arm == "pipeline":
        from warehouse.benchmark.full import run_full as run
    elif arm == "extract":
        from warehouse.benchmark.extract import run_extract as run
    else:
        from warehouse.benchmark.frames import run_frames as run
    _say(run(work, step))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
