"""Bringing in a partner touches one folder, an indicator two files, a format or a transport one file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

PARTNERS = Path("expectations/partners")


@pytest.fixture(scope="module")
def partners(project: Path) -> list[str]:
    found = sorted(p.name for p in (project / PARTNERS).iterdir() if p.is_dir())
    assert len(found) >= 3
    return found


def test_a_partner_is_one_folder_with_a_contract_and_a_sample(project: Path, partners: list[str]) -> None:
    for partner in partners:
        assert (project / PARTNERS / partner / "contract.odcs.yaml").is_file(), partner
        assert any((project / PARTNERS / partner / "sample").rglob("*.*")), partner


def test_no_code_knows_a_partner_by_name(project: Path, partners: list[str], texts: dict[Path, str]) -> None:
    """The demonstration names the programmes it prints; nothing that ingests, transforms or schedules does."""
    code = {
        f: text
        for f, text in texts.items()
        if f.suffix in (".py", ".sql")
        and f.parts[0] in ("warehouse", "dags", "transforms")
        and f.parts[:2] not in (("warehouse", "demo"), ("transforms", "tests"))
        and f != Path("warehouse/cli/demonstration.py")
    }
    assert len(code) > 50
    word = re.compile(rf"""['"]((?:{"|".join(map(re.escape, partners))})(?:-[a-z0-9-]+)?)['"]""")
    lines = (project / "transforms" / "seeds" / "units.csv").read_text("utf-8").splitlines()
    units = {line.partition(",")[0] for line in lines}  # an academy is a partner, and a unit that officers serve in
    found = {str(f): set(word.findall(text)) - units for f, text in code.items()}
    assert {name: words for name, words in found.items() if words} == {}


def test_a_format_is_one_file_in_readers(project: Path) -> None:
    """Whoever adds a format adds a module; the registry and the contract's list of formats agree with it."""
    from warehouse.contract.properties import TableProperties
    from warehouse.readers import READERS

    declared = set(TableProperties.model_json_schema()["properties"]["format"]["enum"])
    assert declared == set(READERS)
    for name in declared:
        assert (project / "warehouse" / "readers" / f"{name}.py").is_file(), name


def test_every_model_has_its_yaml_beside_it(files: list[Path]) -> None:
    models = [f for f in files if f.parts[:2] == ("transforms", "models") and f.suffix == ".sql"]
    assert models
    assert [str(f) for f in models if f.with_suffix(".yml") not in files] == []


PROMISED = {
    "meaning": str,
    "unit": str,
    "direction": str,
    "numerator": str,
    "denominator": (str, type(None)),
    "additive": bool,
    "counts": str,
    "valid_range": list,
    "evidence": str,
}
COUNTS = {"persons", "trainings", "completions", "hours", "percent", "points", "provinces", "cells"}


def test_an_indicator_is_two_files_that_say_all_about_it(project: Path) -> None:
    """Everything else learns of it from these: figures, workbooks, explanations, documentation."""
    folder = project / "transforms" / "models" / "indicators"
    names = sorted(path.stem for path in folder.glob("*.sql"))
    assert len(names) >= 14
    assert {path.name for path in folder.iterdir()} == {f"{name}{end}" for name in names for end in (".sql", ".yml")}
    for name in names:
        document = yaml.safe_load((folder / f"{name}.yml").read_text("utf-8"))
        (model,) = document["models"]
        meta = model["config"]["meta"]
        wrong = {key: meta.get(key) for key, kind in PROMISED.items() if not isinstance(meta.get(key, ...), kind)}
        assert wrong == {}, name
        assert meta["direction"] in ("up", "down"), name
        assert meta["counts"] in COUNTS, name
        assert document["unit_tests"], f"{name}: no unit test"
