"""The rules of the dbt project, checked from dbt's own manifest."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.unit.extracts.marts_for_tests import compiled_home

MAY_READ = {
    "staging": {"source", "seed"},
    "intermediate": {"staging", "intermediate", "seed"},
    "marts": {"staging", "intermediate", "marts", "seed"},
    "agreements": {"marts", "agreements"},
    "indicators": {"marts", "agreements"},
    "quality": {"staging", "intermediate", "marts", "quality", "seed"},
}
DUCKDB_ONLY = r"\b(try_cast|string_agg|unnest|generate_series|read_parquet|date_diff|list_\w+|hash|qualify|exclude)\b"


@pytest.fixture(scope="module")
def manifest(shared: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((compiled_home(shared) / "target" / "manifest.json").read_text())
    return found


@pytest.fixture(scope="module")
def models(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    found = [node for node in manifest["nodes"].values() if node["resource_type"] == "model"]
    assert len(found) > 40
    return found


def layer(manifest: dict[str, Any], unique_id: str) -> str:
    kind = unique_id.split(".")[0]
    return str(manifest["nodes"][unique_id]["fqn"][1]) if kind == "model" else kind


def breaches(manifest: dict[str, Any], models: list[dict[str, Any]]) -> list[str]:
    return [
        f"{model['name']} ({model['fqn'][1]}) reads {parent}"
        for model in models
        for parent in model["depends_on"]["nodes"]
        if layer(manifest, parent) not in MAY_READ[model["fqn"][1]]
    ]


def test_each_layer_reads_only_the_layers_below(manifest: dict[str, Any], models: list[dict[str, Any]]) -> None:
    assert {model["fqn"][1] for model in models} == set(MAY_READ)
    assert breaches(manifest, models) == []


def test_a_staging_model_that_reads_a_mart_is_reported(manifest: dict[str, Any], models: list[dict[str, Any]]) -> None:
    staging = next(model for model in models if model["fqn"][1] == "staging")
    planted = {**staging, "depends_on": {"nodes": ["model.sala.dim_officer"]}}
    assert breaches(manifest, [planted]) == [f"{staging['name']} (staging) reads model.sala.dim_officer"]


def test_every_model_stands_in_the_schema_of_its_layer(models: list[dict[str, Any]]) -> None:
    assert {model["name"]: model["schema"] for model in models if model["schema"] != model["fqn"][1]} == {}


def test_every_model_has_its_own_file_contract_and_grain(models: list[dict[str, Any]]) -> None:
    for model in models:
        own = model["original_file_path"].replace(".sql", ".yml")
        assert (model["patch_path"] or "").endswith(own), f"{model['name']}: its description belongs in {own}"
        assert model["config"]["contract"]["enforced"], model["name"]
        assert re.search(r"One row per [^.]+\.$", model["description"]), model["name"]
        assert all(column["description"] for column in model["columns"].values()), model["name"]


def test_staging_has_one_model_per_entity_and_none_per_partner(project: Path, models: list[dict[str, Any]]) -> None:
    names = " ".join(model["name"] for model in models)
    partners = [path.name for path in (project / "expectations" / "partners").iterdir() if path.is_dir()]
    assert partners
    assert [partner for partner in partners if re.search(rf"\b\w*{partner.split('-')[0]}_\w*", names)] == []


def test_every_data_test_says_what_when_and_how_to_resolve(manifest: dict[str, Any]) -> None:
    tests = [node for node in manifest["nodes"].values() if node["resource_type"] == "test"]
    assert len(tests) > 50
    silent = [t["name"] for t in tests if not (t["description"] and {"when", "resolve"} <= set(t["config"]["meta"]))]
    assert silent == []


def test_models_never_read_the_clock_or_chance(models: list[dict[str, Any]]) -> None:
    asked = r"\b(now\(|current_date|current_timestamp|today\(|random\(|uuid\()"
    assert [model["name"] for model in models if re.search(asked, model["raw_code"].lower())] == []


def test_sql_of_one_engine_stands_behind_a_macro(models: list[dict[str, Any]]) -> None:
    found = {m["name"]: re.findall(DUCKDB_ONLY + r"\s*\(", m["raw_code"].lower()) for m in models}
    assert {name: words for name, words in found.items() if words} == {}


def test_nobody_adds_up_people(models: list[dict[str, Any]], project: Path) -> None:
    adding = r"sum\(\s*(\w+\.)?(persons|officers)_\w+"
    documents = {str(path): path.read_text("utf-8") for path in (project / "docs").rglob("*.md")}
    code = {model["name"]: model["raw_code"] for model in models} | documents
    assert re.search(adding, "select sum(persons_trained) from marts.officers_trained")
    assert [name for name, text in code.items() if re.search(adding, text.lower())] == []
