"""Each agreement is an exposure in dbt's manifest, read by a real dbt from the folder Sala writes."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.unit.transform.test_run import run_transform
from warehouse.contract.agreement import Agreement
from warehouse.contract.agreements import load_agreements
from warehouse.store import builds
from warehouse.store.home import PROJECT, Home
from warehouse.transform.exposures import folder, write_exposures

OURS = yaml.safe_load((PROJECT / "transforms" / "dbt_project.yml").read_text("utf-8"))
ODD = "A {{ nonsense( }} fund {% raise %} {# x"
PROFILE = """
tiny:
  target: build
  outputs:
    build: {type: duckdb, path: "{{ env_var('SALA_HOME') }}/build/warehouse.duckdb", schema: marts}
"""


@pytest.fixture(scope="module")
def agreement() -> Agreement:
    return load_agreements(PROJECT / "expectations" / "funders")[0]


@pytest.fixture
def home(tmp_path: Path, agreement: Agreement) -> Home:
    return home_in(tmp_path, agreement)


def home_in(root: Path, agreement: Agreement) -> Home:
    """A dbt project with the real project's model paths and a model for the agreement's first indicator only."""
    transforms = root / "project" / "transforms"
    indicators = transforms / "models" / "indicators"
    indicators.mkdir(parents=True)
    project = {"name": "tiny", "version": "1.0", "profile": "tiny", "config-version": 2}
    (transforms / "dbt_project.yml").write_text(yaml.safe_dump(project | {"model-paths": OURS["model-paths"]}))
    (transforms / "profiles.yml").write_text(PROFILE)
    first = agreement.versions[0].indicators[0].id
    (indicators / f"{first}.sql").write_text("select 1 as value")
    made = Home(root / "home", project=root / "project")
    made.build.mkdir(parents=True)
    return made


def manifest(home: Home) -> dict[str, Any]:
    run_transform(home, date(2024, 12, 31))
    read: dict[str, Any] = json.loads((builds.dbt_folder(home) / "manifest.json").read_text("utf-8"))
    return read


@pytest.fixture(scope="module")
def exposures(tmp_path_factory: pytest.TempPathFactory, agreement: Agreement) -> dict[str, Any]:
    """What dbt reads of two agreements, by name."""
    home = home_in(tmp_path_factory.mktemp("exposures"), agreement)
    write_exposures(home, [agreement, agreement.model_copy(update={"id": "odd", "name": ODD, "funder": ODD})])
    return {exposure["name"]: exposure for exposure in manifest(home)["exposures"].values()}


def test_dbt_knows_who_receives_what(exposures: dict[str, Any], agreement: Agreement) -> None:
    assert set(exposures) == {f"extract_{agreement.id.replace('-', '_')}", "extract_odd"}
    exposure = exposures[f"extract_{agreement.id.replace('-', '_')}"]
    assert exposure["label"] == agreement.name
    assert exposure["owner"]["email"] == agreement.owner
    assert agreement.funder in exposure["description"]
    assert exposure["depends_on"]["nodes"] == [f"model.tiny.{agreement.versions[0].indicators[0].id}"]


def test_what_a_funder_wrote_is_no_template(exposures: dict[str, Any]) -> None:
    assert exposures["extract_odd"]["label"].replace(" ", "") == ODD.replace(" ", "")


def test_no_agreement_is_no_exposure_and_dbt_runs_by_hand(home: Home) -> None:
    assert manifest(home)["exposures"] == {}, "without the folder"
    write_exposures(home, [])
    assert manifest(home)["exposures"] == {}


def test_the_same_agreements_are_the_same_bytes(home: Home, agreement: Agreement) -> None:
    write_exposures(home, [agreement])
    before = (folder(home) / "exposures.yml").read_bytes()
    write_exposures(home, [agreement])
    assert (folder(home) / "exposures.yml").read_bytes() == before


def test_every_agreement_of_the_project_is_an_exposure_of_its_own(tmp_path: Path) -> None:
    agreements = load_agreements(PROJECT / "expectations" / "funders")
    write_exposures(home := Home(tmp_path), agreements)
    written = yaml.safe_load((folder(home) / "exposures.yml").read_text("utf-8"))["exposures"]
    assert len({exposure["name"] for exposure in written}) == len(agreements) >= 2
