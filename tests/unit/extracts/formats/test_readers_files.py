"""JSON by its published schema, CSV by its data package, and what no format lets through."""

from __future__ import annotations

import csv
import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from extracts_for_tests import FORMATS, make_context, make_rows, make_table
from frictionless import Package
from frictionless.resources import FileResource
from jsonschema import Draft202012Validator, FormatChecker

from warehouse.extracts.formats.columns import DIMENSION_NAMES, MEANINGS
from warehouse.extracts.formats.document import SCHEMA_VERSION
from warehouse.extracts.formats.rendering import FiguresUnfit, render
from warehouse.store.figures import FIGURES, STATUSES, WINDOWS

SCHEMA = Path(__file__).parents[4] / "docs" / "schemas" / "extract.schema.json"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    context = make_context()
    made = tmp_path_factory.mktemp("extract")
    render(make_table(make_rows(context)), context, made, FORMATS)
    return made


@pytest.fixture
def document(folder: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((folder / "extract.json").read_text("utf-8"))
    return read


@pytest.fixture(scope="module")
def schema() -> Draft202012Validator:
    described = json.loads(SCHEMA.read_text("utf-8"))
    Draft202012Validator.check_schema(described)
    return Draft202012Validator(described, format_checker=FormatChecker())


def test_the_document_follows_its_schema(schema: Draft202012Validator, document: dict[str, Any]) -> None:
    assert [error.message for error in schema.iter_errors(document)] == []
    assert document["schema_version"] == SCHEMA_VERSION == schema.schema["properties"]["schema_version"]["const"]
    assert len(document["figures"]) > 500


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d["figures"][0].pop("value"),
        lambda d: d["figures"][0].update(extra=1),
        lambda d: d["figures"][0].update(value=None),
        lambda d: d["figures"][0].update(status="suppressed"),
        lambda d: d["figures"][0].update(value="12"),
        lambda d: d.pop("rule"),
        lambda d: d.update(as_of="yesterday"),
    ],
)
def test_the_schema_refuses_other_documents(
    schema: Draft202012Validator, document: dict[str, Any], change: Any
) -> None:
    change(document)
    assert not schema.is_valid(document)


def test_the_schema_knows_the_statuses_windows_and_dimensions_there_are(schema: Draft202012Validator) -> None:
    known, figure = schema.schema["$defs"], schema.schema["properties"]["figures"]["items"]["properties"]
    assert tuple(known["status"]["enum"]) == STATUSES
    assert tuple(known["window"]["enum"]) == WINDOWS
    assert list(figure["dimensions"]["properties"]) == list(DIMENSION_NAMES)


def test_every_column_has_a_meaning_and_a_tag_of_its_own() -> None:
    assert list(MEANINGS) == FIGURES.names
    tags = [meaning.hxl for meaning in MEANINGS.values()]
    assert len(set(tags)) == len(tags)
    assert [tag for tag in tags if not re.fullmatch(r"#[a-z][a-z0-9_]*(\+[a-z][a-z0-9_]*)*", tag)] == []


def test_the_data_package_describes_each_file(folder: Path) -> None:
    path = folder / "datapackage.json"
    descriptor = json.loads(path.read_text("utf-8"))
    assert Package.validate_descriptor(descriptor).valid
    assert [one["path"] for one in descriptor["resources"]] == [
        "figures.csv", "labels.csv", "figures.parquet", "labels.parquet",
    ]  # fmt: skip
    for one in descriptor["resources"]:
        file = FileResource(path=one["path"], basepath=str(folder), hash=one["hash"], bytes=one["bytes"])
        assert file.validate().valid


def test_the_data_package_names_the_type_of_every_column(folder: Path) -> None:
    resources = json.loads((folder / "datapackage.json").read_text("utf-8"))["resources"]
    types = {one["path"]: {f["name"]: f["type"] for f in one["schema"]["fields"]} for one in resources}
    assert list(types["figures.csv"]) == FIGURES.names
    assert types["figures.csv"] == types["figures.parquet"]
    wanted = {"value": "number", "persons": "integer", "additive": "boolean", "province_of_duty": "string"}
    assert {name: types["figures.csv"][name] for name in wanted} == wanted
    assert types["labels.csv"] == types["labels.parquet"] == dict.fromkeys(("dimension", "code", "label"), "string")


def test_a_reader_of_the_package_finds_every_cell_of_its_type(folder: Path) -> None:
    package = Package(str(folder / "datapackage.json"))
    for name in ("figures-csv", "labels-csv"):
        report = package.get_resource(name).validate()
        assert report.valid, report.flatten()[:5]
    rows = package.get_resource("figures-csv").read_rows()
    assert len(rows) > 500
    assert {type(row["value"]) for row in rows} == {Decimal, type(None)}


def test_tags_stand_below_the_header_only_where_the_agreement_asks(folder: Path, tmp_path: Path) -> None:
    context = make_context()
    context = make_context(terms=context.terms.model_copy(update={"hxl": False}))
    render(make_table(make_rows(context)), context, tmp_path, ["csv"])
    second = [
        next(csv.reader(p.read_text("utf-8").splitlines()[1:2]))
        for p in (folder / "figures.csv", tmp_path / "figures.csv")
    ]
    assert all(cell.startswith("#") for cell in second[0])
    assert not any(cell.startswith("#") for cell in second[1])
    assert "dialect" not in json.loads((tmp_path / "datapackage.json").read_text("utf-8"))["resources"][0]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@A1", "\t=1", "\r=1", "\n=1"])
def test_text_is_no_formula_and_a_negative_number_is_no_text(text: str, tmp_path: Path) -> None:
    context = make_context()
    row = make_rows(context)[0] | {"name": text, "note": text, "value": Decimal("-2.5")}
    render(make_table([row]), context, tmp_path, ["csv"])
    with (tmp_path / "figures.csv").open(encoding="utf-8", newline="") as file:
        read = list(csv.DictReader(file))[1]
    assert read["name"] == read["note"] == "'" + text.replace("\r", "\n")
    assert read["value"] == "-2.5"


@pytest.mark.parametrize(
    "change",
    [
        {"status": "suppressed"},
        {"status": "no_data"},
        {"value": None},
        {"status": "suppressed", "value": None},
    ],
)
def test_a_figure_that_contradicts_its_status_is_not_written(change: dict[str, Any], tmp_path: Path) -> None:
    context = make_context()
    rows = make_rows(context)
    assert rows[0]["persons"] is not None, "so that a suppressed figure without a value still tells something"
    with pytest.raises(FiguresUnfit):
        render(make_table([rows[0] | change]), context, tmp_path, FORMATS)
    assert list(tmp_path.iterdir()) == []
