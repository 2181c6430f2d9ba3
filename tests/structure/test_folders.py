"""Every file lies in a room of design: top-level folders, the rooms of the package, names that say something."""

from __future__ import annotations

from pathlib import Path

TOP_LEVEL = {
    "folders": {".ci", "dags", "docs", "expectations", "tests", "transforms", "warehouse"},
    "files": {
        ".dockerignore",
        ".gitattributes",
        ".gitignore",
        "CHANGELOG.md",
        "Dockerfile",
        "LICENSE",
        "Makefile",
        "README.md",
        "docker-compose.yml",
        "pyproject.toml",
        "requirements.txt",
    },
}
OPTIONAL_FILES = {".sqlfluff", ".sqlfluffignore"}
ROOMS = {
    "audit",
    "benchmark",
    "cli",
    "connectors",
    "contract",
    "demo",
    "drafting",
    "evaluation",
    "extracts",
    "identity",
    "ingest",
    "population",
    "publish",
    "readers",
    "returns",
    "store",
    "transform",
    "vault",
}
NAMELESS = {"utils", "util", "helpers", "helper", "common", "misc"}


def test_the_top_level_holds_the_rooms_and_nothing_else(files: list[Path]) -> None:
    assert {f.parts[0] for f in files if len(f.parts) > 1} == TOP_LEVEL["folders"]
    assert {f.name for f in files if len(f.parts) == 1} - OPTIONAL_FILES == TOP_LEVEL["files"]


def test_the_package_holds_the_rooms_of_the_layers(files: list[Path]) -> None:
    assert {f.parts[1] for f in files if f.parts[0] == "warehouse" and len(f.parts) > 2} == ROOMS
    modules = {f.name for f in files if f.parts[0] == "warehouse" and len(f.parts) == 2}
    assert modules == {"__init__.py", "__main__.py", "errors.py", "pipeline.py", "reporting.py"}


def test_unit_tests_mirror_the_package(files: list[Path]) -> None:
    rooms = {f.parts[2] for f in files if f.parts[:2] == ("tests", "unit") and len(f.parts) > 3}
    assert rooms, "no unit test was looked at"
    assert rooms <= ROOMS
    assert {f.parts[1] for f in files if f.parts[0] == "tests" and len(f.parts) > 2} <= {
        "unit",
        "integration",
        "golden",
        "structure",
        "fuzz",
    }


def test_no_file_has_a_name_that_says_nothing(files: list[Path]) -> None:
    assert [str(f) for f in files if f.stem.lower().strip("_") in NAMELESS] == []


def test_no_dag_file_is_named_after_dbt(files: list[Path]) -> None:
    dags = [f for f in files if f.parts[0] == "dags" and f.suffix == ".py"]
    assert dags
    assert [f.name for f in dags if f.name.startswith("dbt_")] == []


def test_expectations_are_data_only(files: list[Path]) -> None:
    held = [f for f in files if f.parts[0] == "expectations"]
    assert held
    assert [str(f) for f in held if f.suffix in (".py", ".sql", ".sh")] == []
