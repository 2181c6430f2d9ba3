"""The lock, the packaging and CI say the same thing."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.fixture(scope="module")
def packaging(project: Path) -> dict[str, Any]:
    return tomllib.loads((project / "pyproject.toml").read_text("utf-8"))["project"]


@pytest.fixture(scope="module")
def lock(project: Path) -> dict[str, str]:
    """Each locked package with its block of text."""
    blocks = re.split(r"\n(?=\S)", (project / "requirements.txt").read_text("utf-8").strip())
    found = {canonical(re.split(r"[=\[ ]", block)[0]): block for block in blocks}
    assert len(found) > 100
    return found


def test_every_locked_package_has_one_version_and_hashes(lock: dict[str, str]) -> None:
    pattern = re.compile(r"^[A-Za-z0-9._\[\]-]+==[^\s;]+(?: ; [^\\]+)?(?: \\\n    --hash=sha256:[0-9a-f]{64})+$")
    assert [block.split("\n")[0] for block in lock.values() if not pattern.match(block)] == []


def test_the_lock_holds_the_versions_that_are_declared(packaging: dict[str, Any], lock: dict[str, str]) -> None:
    extras = packaging["optional-dependencies"].values()
    declared = [*packaging["dependencies"], *(requirement for extra in extras for requirement in extra)]
    assert len(declared) > 20
    for requirement in declared:
        name, separator, version = requirement.partition("==")
        assert separator, f"{requirement} is not pinned to one version"
        locked = canonical(name.partition("[")[0])  # moto[s3] is moto, with what its S3 needs
        assert lock[locked].startswith(f"{locked}=={version} "), requirement


def test_what_the_package_imports_is_declared(
    packaging: dict[str, Any], project: Path, python_files: list[Path]
) -> None:
    """A package that is there only because another one wants it may be gone tomorrow."""
    distributions = packages_distributions()
    declared = {canonical(r.partition("==")[0]) for r in packaging["dependencies"]}
    missing = set()
    for file in python_files:
        for node in ast.walk(ast.parse((project / file).read_text("utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) and node.module and not node.level else []
            for top in {name.split(".")[0] for name in names} - {"warehouse", "dags"} - sys.stdlib_module_names:
                owners = {canonical(d) for d in distributions.get(top, [])}
                if not owners & declared:
                    missing.add((str(file), top))
    assert sorted(missing) == []


def test_ci_runs_check_and_test_and_nothing_else(project: Path) -> None:
    script = (project / ".ci" / "run").read_text("utf-8")
    steps = [line for line in script.splitlines() if line and not line.startswith(("#", "set ", "cd "))]
    assert steps == ["make check", "make test"]
    assert "set -euo pipefail" in script


def test_clean_removes_nothing_outside_the_checkout(project: Path) -> None:
    recipe = (project / "Makefile").read_text("utf-8").split("\nclean:")[1]
    removed = re.findall(r"rm -rf ((?:[^\n\\]|\\\n)+)", recipe)
    assert removed
    paths = [word for words in removed for word in words.replace("\\\n", " ").split()]
    assert [p for p in paths if p.startswith(("/", "~", "$")) or ".." in p] == []
