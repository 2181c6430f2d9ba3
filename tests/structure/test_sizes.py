"""No tail: a file or function that has grown too long holds two things."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

PYTHON_LINES = 300
FUNCTION_LINES = 40
SQL_LINES = 120
TEST_LINES = 400


def lines(path: Path) -> int:
    return len(path.read_text("utf-8").splitlines())


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Yield the name and length of every function of a file."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None:
            yield node.name, node.end_lineno - node.lineno + 1


def test_no_python_file_is_too_long(project: Path, python_files: list[Path]) -> None:
    assert {str(f): n for f in python_files if (n := lines(project / f)) > PYTHON_LINES} == {}


def test_no_function_is_too_long(project: Path, python_files: list[Path]) -> None:
    found = [(f"{f}:{name}", n) for f in python_files for name, n in functions(project / f)]
    assert len(found) > 100
    assert {name: n for name, n in found if n > FUNCTION_LINES} == {}


def test_no_sql_file_is_too_long(project: Path, files: list[Path]) -> None:
    sql = [f for f in files if f.suffix == ".sql"]
    assert sql
    assert {str(f): n for f in sql if (n := lines(project / f)) > SQL_LINES} == {}


def test_no_test_file_is_too_long(project: Path, files: list[Path]) -> None:
    tests = [f for f in files if f.parts[0] == "tests" and f.suffix == ".py"]
    assert Path(__file__).relative_to(project) in tests
    assert {str(f): n for f in tests if (n := lines(project / f)) > TEST_LINES} == {}
