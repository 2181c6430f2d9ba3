"""Imports run downward only, and only dags/ imports Airflow."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

RUFF = Path(sys.executable).with_name("ruff")


def imported(source: str) -> set[str]:
    """Return the top-level packages a module imports, wherever in the file."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names.update(alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.add(node.module.split(".")[0])
    return names


def test_only_dags_import_airflow(project: Path, python_files: list[Path]) -> None:
    importing = {f for f in python_files if "airflow" in imported((project / f).read_text("utf-8"))}
    assert {f.parts[0] for f in importing} == {"dags"}


def test_only_tests_of_dags_import_airflow(project: Path, files: list[Path]) -> None:
    tests = [f for f in files if f.parts[0] == "tests" and f.suffix == ".py"]
    importing = {f.name for f in tests if "airflow" in imported((project / f).read_text("utf-8"))}
    assert importing
    assert importing <= {"test_dags.py", "test_dag_runs.py"}


def test_the_package_does_not_import_dags(project: Path, python_files: list[Path]) -> None:
    package = [f for f in python_files if f.parts[0] == "warehouse"]
    assert [str(f) for f in package if "dags" in imported((project / f).read_text("utf-8"))] == []


def test_the_layers_hold(project: Path) -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([lint, "--no-cache"], cwd=project, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "Contracts: 2 kept, 0 broken." in done.stdout


def test_the_architecture_shows_the_layers_that_are_linted(project: Path) -> None:
    (layers,) = [
        contract["layers"]
        for contract in tomllib.loads((project / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"][
            "contracts"
        ]
        if contract["id"] == "layers"
    ]
    blocks = (project / "docs" / "architecture.md").read_text("utf-8").split("```\n")
    (drawn,) = [block.splitlines() for block in blocks if block.startswith("cli\n")]
    assert ["__main__", *(line.split("  ")[0] for line in drawn)] == layers


@pytest.mark.parametrize("line", ["import airflow", "from airflow.sdk import DAG"])
def test_the_linter_says_where_airflow_code_belongs(project: Path, line: str) -> None:
    done = subprocess.run(
        [RUFF, "check", "--no-cache", "--select", "TID251", "--stdin-filename", "warehouse/planted.py", "-"],
        cwd=project,
        input=f"{line}\n",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "Airflow belongs in dags/; put the logic in warehouse/" in done.stdout
