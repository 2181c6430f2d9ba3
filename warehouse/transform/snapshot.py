"""Take down what a build is made from, so that it can be made again without dbt, contracts or ledger.

The rows are linked before dbt reads them: what a file ingested meanwhile replaces is not what was built from.
"""

from __future__ import annotations

import shutil
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from warehouse.contract.entities import ENTITIES
from warehouse.store import builds, snapshots
from warehouse.store.database import export_seeds
from warehouse.store.files import write_json
from warehouse.store.home import Home
from warehouse.store.snapshots import link
from warehouse.transform.compiled import Models, compiled

LIBRARIES = ("duckdb", "dbt-core", "dbt-duckdb", "pyarrow")


def begin(home: Home) -> None:
    """Link what dbt is about to read, but for what the step identify may be writing."""
    folder = snapshots.draft(home).folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    _link(home, _read_by_dbt(home))


def add_identity(home: Home) -> None:
    """Link who is which officer, which the rest of the build is about to read."""
    _link(home, [home.crosswalk])


def end(home: Home, build_id: str, as_of: date) -> Models:
    """Add the seeds and the compiled models of the build that has ended; the record comes last.

    Raises:
        ModelsUnreadable: The compiled models hold the place of the home.
    """
    made = snapshots.draft(home)
    models = compiled(builds.dbt_folder(home), home.root, as_of)
    export_seeds(home, [node.relation for node in models.nodes.values() if node.kind == "seed"], made.folder / "seeds")
    write_json(home, made.models, models.as_list())
    snapshots.record(
        home,
        made,
        build_id=build_id,
        as_of=as_of.isoformat(),
        models_fingerprint=models.fingerprint(),
        libraries={name: version(name) for name in LIBRARIES},
        taken_at=snapshots.now(),
        erasures=[],
    )
    return models


def _link(home: Home, paths: list[Path]) -> None:
    folder = snapshots.draft(home).folder
    for path in paths:
        if path.exists():
            link(path, folder / path.relative_to(home.root))


def _read_by_dbt(home: Home) -> list[Path]:
    schemas = [home.bronze(entity, "_schema", "empty") for entity in ENTITIES]
    ledgers = (home.inputs, home.issued_figures, home.restated_figures)
    told = [path for folder in ledgers for path in sorted(folder.glob("*.parquet"))]
    return [*_bronze(home), *schemas, *told]


def _bronze(home: Home) -> list[Path]:
    """Return the accepted rows of the deliveries that count; what others sent is not built from."""
    listed = home.inputs / "deliveries.parquet"
    if not listed.exists():
        return []
    columns = ["is_active", "entity", "partner_id", "delivery_id"]
    rows: list[dict[str, Any]] = pq.read_table(listed, columns=columns).to_pylist()
    return [home.bronze(r["entity"], r["partner_id"], r["delivery_id"]) for r in rows if r["is_active"]]
