"""OpenLineage events of each issue: from which tables of which version which files were made.

    lineage/events.ndjson    one event a line, START and COMPLETE of each issue; sent to nobody

Whoever runs a lineage server sends the file there with the tools they have. The environment cannot turn the events off,
add to them, or direct them over a network: the file's transport is used without the client around it, which would look
for all of that. An issue has the same run id however often it is told of, and is told of once.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from pathlib import Path

from openlineage.client import event_v2 as ol
from openlineage.client import facet_v2 as facets
from openlineage.client.transport.file import FileConfig, FileTransport

from warehouse.contract.agreement import Agreement
from warehouse.contract.agreements import parse
from warehouse.contract.periods import Period, find_period
from warehouse.extracts.issues import RESULT, Issue
from warehouse.store import snapshots
from warehouse.store.files import only_one
from warehouse.store.home import Home
from warehouse.transform.compiled import Node, read_models

NAMESPACE = "sala"  # of jobs
PRODUCER = "urn:sala"
_RUNS = uuid.UUID("7a2c1f4e-9d0b-5e37-8f6a-3b1d5c9e2a40")  # any, but always the same
_FORMATS = {".csv": "csv", ".parquet": "parquet", ".json": "json", ".xml": "xml", ".xlsx": "xlsx"}


def tell(home: Home, issue: Issue) -> None:
    """Write the two events of an issue; nothing where they are written already.

    Args:
        home: Whose lineage.
        issue: One that was issued.

    Raises:
        SnapshotMissing: What it was computed from is gone.
    """
    run = run_id(issue)
    with only_one(home, "lineage"):
        if home.lineage.exists() and run in home.lineage.read_text(encoding="utf-8"):
            return
        home.lineage.parent.mkdir(parents=True, exist_ok=True)
        transport = FileTransport(FileConfig(log_file_path=str(home.lineage), append=True))
        for event in events(home, issue):
            transport.emit(event)


def run_id(issue: Issue) -> str:
    """Return the id of the run that made an issue."""
    return str(uuid.uuid5(_RUNS, f"{issue.id} {issue.manifest.kept[RESULT]}"))


def events(home: Home, issue: Issue) -> list[ol.RunEvent]:
    """Return START, when it was drafted, and COMPLETE, when it was issued, with what was read and written."""
    ol.set_producer(PRODUCER)
    drafted, done = issue.event("draft"), issue.event("issued")
    assert drafted is not None
    assert done is not None
    agreement = parse(issue.agreement_text())
    period = find_period(agreement, issue.manifest.period)[1]
    run, job = _run(issue, period), _job(agreement)
    inputs = _inputs(home, issue, agreement)
    return [
        ol.RunEvent(
            eventTime=datetime.fromisoformat(at).isoformat(timespec="seconds"),
            eventType=state,
            run=run,
            job=job,
            inputs=inputs,
            outputs=outputs,
        )
        for at, state, outputs in (
            (drafted["at"], ol.RunState.START, []),
            (done["at"], ol.RunState.COMPLETE, _outputs(issue)),
        )
    ]


def _run(issue: Issue, period: Period) -> ol.Run:
    manifest = issue.manifest
    said = {
        "issue": issue.id,
        "agreement_version": str(manifest.agreement_version),
        "version": manifest.version,
        "snapshot": manifest.snapshot,
        "models_fingerprint": manifest.models_fingerprint,
        "code_fingerprint": manifest.code_fingerprint,
    }
    tags = [facets.tags_run.TagsRunFacetFields(key, value, "SALA") for key, value in said.items()]
    nominal = facets.nominal_time_run.NominalTimeRunFacet(f"{period.starts_on}T00:00:00", f"{period.ends_on}T23:59:59")
    engine = facets.processing_engine_run.ProcessingEngineRunFacet(manifest.libraries.get("duckdb", ""), "DuckDB")
    return ol.Run(
        run_id(issue),
        {"tags": facets.tags_run.TagsRunFacet(tags), "nominalTime": nominal, "processing_engine": engine},
    )


def _job(agreement: Agreement) -> ol.Job:
    kind = facets.job_type_job.JobTypeJobFacet(processingType="BATCH", integration="SALA", jobType="JOB")
    about = facets.documentation_job.DocumentationJobFacet(f"{agreement.name}, for {agreement.funder}")
    return ol.Job(NAMESPACE, f"extract.{agreement.id}", {"jobType": kind, "documentation": about})


def _inputs(home: Home, issue: Issue, agreement: Agreement) -> list[ol.InputDataset]:
    """Return the published tables that the issue's indicators read, named as in the version's file."""
    manifest = issue.manifest
    models = read_models(snapshots.named(home, manifest.snapshot).models)
    indicators = {one.id for one in agreement.version(manifest.agreement_version).indicators} & set(models.nodes)
    computed = [node for node in models.needed_for(indicators) if node.schema in ("agreements", "indicators")]
    read = {name for node in computed for name in node.depends_on if models.nodes[name].database == "warehouse"}
    file = home.published / f"warehouse-{manifest.version}.duckdb"
    return [_table(models.nodes[name], file, manifest.content_hash) for name in sorted(read)]


def _table(node: Node, file: Path, content_hash: str) -> ol.InputDataset:
    fields = [
        facets.schema_dataset.SchemaDatasetFacetFields(name, kind, ordinal_position=place)
        for place, (name, kind) in enumerate(node.columns, 1)
    ]
    return ol.InputDataset(
        f"duckdb://{file.parent}",
        f"{node.database}.{node.schema}.{node.name}",
        facets={
            "schema": facets.schema_dataset.SchemaDatasetFacet(fields),
            "version": facets.dataset_version_dataset.DatasetVersionDatasetFacet(content_hash),
            "dataSource": facets.datasource_dataset.DatasourceDatasetFacet(file.name, file.as_uri()),
        },
    )


def _outputs(issue: Issue) -> list[ol.OutputDataset]:
    return [_file(issue.folder / name, digest) for name, digest in sorted(issue.manifest.files.items())]


def _file(path: Path, digest: str) -> ol.OutputDataset:
    size = facets.output_statistics_output_dataset.OutputStatisticsOutputDatasetFacet(
        size=path.stat().st_size, fileCount=1
    )
    layer = facets.storage_dataset.StorageDatasetFacet("file", _FORMATS.get(path.suffix, path.suffix.lstrip(".")))
    version = facets.dataset_version_dataset.DatasetVersionDatasetFacet(digest)
    source = facets.datasource_dataset.DatasourceDatasetFacet(path.name, path.as_uri())
    named = {"version": version, "storage": layer, "dataSource": source}
    return ol.OutputDataset("file", str(path), outputFacets={"outputStatistics": size}, facets=named)
