"""The pipeline itself, from inbox to published, by the functions that DAGs and commands call."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from datetime import date
from pathlib import Path
from typing import Any

from warehouse import pipeline
from warehouse.store import versions
from warehouse.store.home import Home

AS_OF = date(2024, 12, 31)
Step = Callable[[str], AbstractContextManager[None]]


def run_full(work: Path, step: Step) -> dict[str, Any]:
    """Ingest, identify, transform, audit and publish; return the rows of law 1 and the published file."""
    home = Home(work / "home", work / "contracts")
    with ExitStack() as started:
        with step("ingest"):
            transformation = started.enter_context(pipeline.start_transform(home))
            outcomes = pipeline.ingest_all(home)
        with step("identify"):  # and, beside it, what is built without it
            pipeline.begin_transform(AS_OF, home, transformation)
            pipeline.identify(home)
        with step("transform"):
            pipeline.transform(AS_OF, home, transformation)
    with step("audit"):
        pipeline.audit(home)
    with step("publish"):
        pipeline.publish(home)
    numbers = ("rows_read", "rows_accepted", "rows_quarantined", "rows_repeated")
    return {
        "files": len(outcomes),
        "files_accepted": sum(o["outcome"] == "accepted" for o in outcomes),
        **{name: sum(o[name] for o in outcomes) for name in numbers},
        "published": str(versions.current(home).path),
    }
