"""The Frictionless Data Package beside the long table: what each column means, and hashes to check by."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from warehouse.extracts.formats.columns import MEANINGS
from warehouse.extracts.formats.extract import Extract
from warehouse.extracts.formats.long_table import LABELS
from warehouse.publish.package import PROFILE, resource

_TITLES = {"figures": "One row per figure", "labels": "What the codes of the dimensions are called"}
_LABEL_COLUMNS = {"dimension": "Column of the figures", "code": "As it stands there", "label": "What it is called"}


def write_datapackage(extract: Extract, files: Sequence[Path], folder: Path) -> Path:
    """Write `datapackage.json` over the CSV and Parquet files of the folder."""
    context = extract.context
    descriptor = {
        "$schema": PROFILE,
        "name": f"{context.agreement.id}-{context.period.id.lower()}-{context.issue}",
        "title": f"{context.agreement.name}, {context.period.id}",
        "description": "Different persons cannot be added up: add only rows whose `additive` is true.",
        "version": str(context.issue),
        "temporal": {"as_of": context.as_of.isoformat()},
        "resources": [_resource(extract, file) for file in files],
    }
    path = folder / "datapackage.json"
    path.write_text(json.dumps(descriptor, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return path


def _resource(extract: Extract, path: Path) -> dict[str, Any]:
    content = path.read_bytes()
    file = {"path": path.name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    is_figures = path.stem == "figures"
    schema = extract.figures.schema if is_figures else LABELS
    described: dict[str, Any] = {
        "name": f"{path.stem}-{path.suffix.removeprefix('.')}",
        "title": _TITLES[path.stem],
        **resource(file, [_field(column) for column in schema]),
    }
    if path.suffix == ".csv":
        described["encoding"] = "utf-8"
        if is_figures and extract.context.terms.hxl:
            described["dialect"] = {"commentRows": [2]}  # the row of HXL tags
    return described


def _field(column: pa.Field) -> dict[str, str]:
    meaning = MEANINGS.get(column.name)
    description = meaning.description if meaning else _LABEL_COLUMNS[column.name]
    return {"name": column.name, "type": _type(column.type), "description": description}


def _type(kind: pa.DataType) -> str:
    if pa.types.is_boolean(kind):
        return "boolean"
    if pa.types.is_integer(kind):
        return "integer"
    return "number" if pa.types.is_decimal(kind) else "string"
