"""Run dbt as a child process and say what became of each model and test."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import uuid
from datetime import date
from pathlib import Path
from typing import Any

from warehouse.errors import TerminalError
from warehouse.store import builds
from warehouse.store.home import Home
from warehouse.store.locks import writer_lock
from warehouse.transform import exposures
from warehouse.transform.results import Node, counts, read_nodes

# One short run: looking for garbage would take a seventh of its processor time and find little.
DBT = "import gc; gc.disable(); from dbt.cli.main import cli; cli()"
PASSED_ON = ("PATH", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "HOME", "LANG", "LC_ALL", "TMPDIR", "SALA_MEMORY_LIMIT")
SHOWN = 10  # failures spelled out in an error; the rest are counted and stay in dbt's log


class TransformFailed(TerminalError):
    """A model could not be built or a test of severity error failed."""

    code = "SALA-T001"
    title = "The transformation failed"

    def __init__(self, where: str, failures: list[Node]) -> None:
        self.failures = tuple(failures)
        lines = [f"{node.kind} {node.name}: {node.found}" for node in failures[:SHOWN]]
        more = [f"and {len(failures) - SHOWN} more"] if len(failures) > SHOWN else []
        advice = [f"{node.name}: {node.advice}" for node in failures[:SHOWN] if node.advice]
        indent = "\n            "
        super().__init__(
            where,
            f"{len(failures)} failed{indent}" + indent.join(lines + more),
            "every model built and every test of severity error passed; nothing was published",
            indent.join(advice) or "Read the message above and dbt's log, mend the cause and run: sala transform",
        )


class TransformNotStarted(TerminalError):
    """dbt ended before it ran anything."""

    code = "SALA-T002"
    title = "dbt could not start"


def run_transform(home: Home, as_of: date) -> dict[str, Any]:
    """Build the warehouse file afresh from bronze, crosswalk and inputs.

    Args:
        home: Where everything lies; `home.project/transforms` is the dbt project.
        as_of: The day the figures are for; no model looks at a clock.

    Returns:
        `build_id`, `as_of`, counts of `models`, `seeds`, `tests`, `warnings` and `seconds`.

    Raises:
        WriterBusy: Another step holds the build file.
        TransformFailed: Models or tests failed; they are named with how to resolve them.
        TransformNotStarted: The project could not be parsed or dbt is not installed.
    """
    started = time.monotonic()
    with writer_lock(home, "transform") as lock:
        builds.clear(home)
        nodes = _dbt_build(home, as_of, lock)
        failures = [node for node in nodes if node.failed]
        if failures:
            raise TransformFailed(str(builds.dbt_folder(home) / "dbt.log"), failures)
        build = builds.finish(home, uuid.uuid4().hex, as_of)
    return {
        "build_id": build.build_id,
        "as_of": as_of.isoformat(),
        **counts(nodes),
        "warnings": [node.as_dict() for node in nodes if node.warned],
        "seconds": round(time.monotonic() - started, 2),
    }


def _dbt_build(home: Home, as_of: date, lock: int) -> list[Node]:
    """Run `dbt build`, the writer lock inherited so that an orphaned dbt keeps it; return its nodes."""
    folder = builds.dbt_folder(home)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "run_results.json").unlink(missing_ok=True)
    done = subprocess.run(
        _command(home, as_of),
        env=_environment(home),
        cwd=home.project / "transforms" if (home.project / "transforms").is_dir() else None,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        pass_fds=(lock,),
        check=False,
    )
    if not (folder / "run_results.json").is_file():
        raise _not_started(home, done)
    nodes = read_nodes(folder)
    if done.returncode != 0 and not any(node.failed for node in nodes):
        raise _not_started(home, done)
    return nodes


def _command(home: Home, as_of: date) -> list[str]:
    project, folder = str(home.project / "transforms"), str(builds.dbt_folder(home))
    return [
        *(sys.executable, "-c", DBT, "--no-use-colors", "--no-send-anonymous-usage-stats"),
        # Unit tests are about the SQL, not about today's data: the test suite runs them.
        *("--no-version-check", "build", "--exclude-resource-type", "unit_test"),
        *("--project-dir", project, "--profiles-dir", project),
        *("--target-path", folder, "--log-path", folder, "--vars", json.dumps({"as_of": as_of.isoformat()})),
    ]


def _environment(home: Home) -> dict[str, str]:
    """Return what dbt needs to know: no key, and dbt looks through all of it at each line of its log."""
    return {
        **{name: os.environ[name] for name in PASSED_ON if name in os.environ},
        "SALA_HOME": str(home.root),
        exposures.SETTING: str(exposures.folder(home)),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "1",
        "NO_COLOR": "1",
    }


def _not_started(home: Home, done: subprocess.CompletedProcess[str]) -> TransformNotStarted:
    lines = [line.strip() for line in done.stdout.splitlines() if line.strip()]
    ended = f"dbt ended with code {done.returncode} before it had run the project"
    return TransformNotStarted(
        where=str(home.project / "transforms"),
        found="\n            ".join([ended, *lines[-6:]]),
        expected="a dbt project that parses",
        action=f"Mend what dbt names above; its full log is {_log(home)}",
    )


def _log(home: Home) -> Path:
    return builds.dbt_folder(home) / "dbt.log"
