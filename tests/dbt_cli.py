"""dbt's own command line over the project, as somebody who works on the models runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

# One short run: looking for garbage would take a seventh of its processor time and find little.
DBT = "import gc; gc.disable(); from dbt.cli.main import cli; cli()"


def run_dbt(
    root: Path, project: Path, target: Path, as_of: date, command: str, *options: str
) -> subprocess.CompletedProcess[str]:
    """Run a command of dbt over a home.

    Args:
        root: The home.
        project: Whose `transforms/` are the dbt project.
        target: Where artefacts and the log go.
        as_of: The day the figures are for.
        command: Of dbt.
        options: Of the command.
    """
    transforms = str(project / "transforms")
    places = ("--project-dir", transforms, "--profiles-dir", transforms)
    places += ("--target-path", str(target), "--log-path", str(target))
    return subprocess.run(
        [
            *(sys.executable, "-c", DBT, "--quiet", "--no-use-colors", command, *places),
            *("--vars", json.dumps({"as_of": as_of.isoformat()}), *options),
        ],
        env={**os.environ, "SALA_HOME": str(root), "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"},
        capture_output=True,
        text=True,
        check=False,
    )
