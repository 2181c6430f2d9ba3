"""What a funder receives, from the version that the pipeline published: one period, every indicator, every format."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from warehouse import reporting
from warehouse.extracts.issues import find_issue
from warehouse.store.home import Home

AGREEMENT = Path(__file__).with_name("benchmark.yaml")
PERIOD = "FY2019-Q4"


def run_extract(work: Path, step: Callable[[str], AbstractContextManager[None]]) -> dict[str, Any]:
    """Draft one extract; return how many figures it has and how many are hidden."""
    home = Home(work / "home", work / "contracts", funders=AGREEMENT.parent)
    with step("extract"):
        drafted = reporting.draft_extract(home, AGREEMENT.stem, PERIOD, datetime.now(UTC))
    figures = find_issue(home, AGREEMENT.stem, PERIOD).result().num_rows
    return {"figures": figures, "hidden": drafted["hidden"], "files": drafted["files"]}
