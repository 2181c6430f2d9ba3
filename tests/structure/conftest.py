"""What the rules are checked on: the files git knows or would add, so that no cache or home is looked at."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def project() -> Path:
    return PROJECT


@pytest.fixture(scope="session")
def files() -> list[Path]:
    """Every file of the project, relative to it."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT,
        check=True,
        capture_output=True,
    ).stdout.decode()
    found = [Path(name) for name in listed.split("\0") if name and (PROJECT / name).is_file()]
    assert len(found) > 50, "the rules would be checked on nothing"
    return found


@pytest.fixture(scope="session")
def python_files(files: list[Path]) -> list[Path]:
    """The program's own Python files: warehouse and dags."""
    found = [f for f in files if f.suffix == ".py" and f.parts[0] in ("warehouse", "dags")]
    assert {f.parts[0] for f in found} == {"warehouse", "dags"}
    return found


@pytest.fixture(scope="session")
def texts(files: list[Path]) -> dict[Path, str]:
    """The files that hold text."""
    found = {}
    for file in files:
        data = (PROJECT / file).read_bytes()
        if b"\0" not in data[:8192]:
            found[file] = data.decode("utf-8", errors="replace")
    assert Path("pyproject.toml") in found
    return found
