"""What the Makefile, the containers and CI start is there: a renamed module must not leave a dead command behind."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

STARTERS = ("Makefile", "Dockerfile", "docker-compose.yml", ".ci/run", ".ci/setup")
MODULE = re.compile(r"python\S*\s+-m\s+(?P<module>[A-Za-z_][\w.]*)(?:\s+(?P<word>[a-z-]+))?")
SCRIPT = re.compile(r"(?<![\w/$.-])(?:\./)?((?:\.ci|[a-z]+)/[\w./-]+\.(?:py|sh)|\.ci/\w+)\b")
COMMAND = re.compile(r"\"\$\(BIN\)/(?P<tool>\w[\w-]*)\"(?: (?P<word>[a-z]\w*))?")


@pytest.fixture(scope="module")
def started(project: Path) -> dict[str, str]:
    return {name: (project / name).read_text("utf-8") for name in STARTERS}


def test_every_module_that_is_started_exists(started: dict[str, str]) -> None:
    found = {
        (name, match["module"]) for name, text in started.items() for match in MODULE.finditer(text.replace('"', ""))
    }
    assert ("Makefile", "dags.embedded") in found
    assert [(name, module) for name, module in sorted(found) if importlib.util.find_spec(module) is None] == []


def test_every_script_that_is_started_exists(project: Path, started: dict[str, str]) -> None:
    found = {(name, match[1]) for name, text in started.items() for match in SCRIPT.finditer(text)}
    assert ("Makefile", ".ci/setup") in found
    assert [(name, script) for name, script in sorted(found) if not (project / script).is_file()] == []


def test_every_command_of_sala_that_is_started_exists(started: dict[str, str]) -> None:
    from typer.main import get_command

    from warehouse.cli.app import app

    known = set(get_command(app).commands)  # type: ignore[attr-defined]
    words = {match["word"] for match in COMMAND.finditer(started["Makefile"]) if match["tool"] == "sala"}
    assert {"demo", "bench", "check"} <= words <= known


def test_the_embedded_airflow_is_started_with_a_command_it_has(started: dict[str, str], project: Path) -> None:
    words = {m["word"] for m in MODULE.finditer(started["Makefile"].replace('"', "")) if m["module"] == "dags.embedded"}
    choices = re.search(r'"command", choices=\[([^\]]+)\]', (project / "dags" / "embedded.py").read_text("utf-8"))
    assert choices is not None
    assert words
    assert words <= set(re.findall(r'"(\w+)"', choices[1]))
