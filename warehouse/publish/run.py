"""Publish an audited build: refuse, write, rename, swap, tidy: in this order."""

from __future__ import annotations

import hashlib
import json
import shutil
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from warehouse.errors import TerminalError
from warehouse.publish.content import Table, hash_of, read_results, read_tables, version_hash
from warehouse.publish.draft import drafted, take_files
from warehouse.publish.retain import UNFINISHED, remove_old, remove_unfinished
from warehouse.publish.write import write_version
from warehouse.store import builds, snapshots, versions
from warehouse.store.builds import Build
from warehouse.store.database import open_build
from warehouse.store.files import sync, whole_file
from warehouse.store.home import Home
from warehouse.store.locks import writer_lock
from warehouse.store.versions import Version


class PublishRefused(TerminalError):
    """This build has not passed the audit."""

    code = "SALA-P001"
    title = "This build may not be published"


def run_publish(home: Home, keep: int = 3) -> dict[str, Any]:
    """Publish the build that the audit passed.

    Args:
        home: Where everything lies.
        keep: How many versions stay, the current one included.

    Returns:
        `version`, `file`, `published` (the pointer moved), `held` (`published/HOLD` kept it), `content_hash` of marts,
        `snapshot` (what it was built from; None where nothing was built since), `rows` per table,
        `removed` files and `seconds`.

    Raises:
        WriterBusy: Another step holds the build file.
        BuildIncomplete: There is no finished build.
        PublishRefused: The audit of exactly this build has not passed.
        VersionDamaged: The copy differs from the build.
    """
    if keep < 1:
        raise ValueError("keep must be at least 1: the current version stays")
    started = time.monotonic()
    with writer_lock(home, "publish"):
        results = _passed_audit(home, build := builds.finished(home))
        version, tables = _version(home, build, results)
        snapshot = snapshots.keep(home, version.name, build.build_id)
        (moved, held), removed = _point_to(home, version), remove_old(home, keep)
        builds.clear_draft(home)
    return {
        "version": version.name,
        "file": str(version.path),
        "published": moved,
        "held": held,
        "snapshot": snapshot,
        "content_hash": hash_of(tables, ("marts",)),
        "rows": {table.name: table.rows for table in tables},
        "removed": removed,
        "seconds": round(time.monotonic() - started, 2),
    }


def _version(home: Home, build: Build, results: Path) -> tuple[Version, list[Table]]:
    """Return the version of a build and its tables; it is made unless it is there."""
    home.published.mkdir(parents=True, exist_ok=True)
    remove_unfinished(home)
    with open_build(home) as connection:
        found = [*(drafted(home, build) or read_tables(connection)), read_results(connection, results)]
    tables = sorted(found, key=lambda table: table.name)
    version = Version(f"{build.as_of:%Y%m%d}-{version_hash(tables)[:12]}", home.published)
    if not version.complete:
        _make(home, build, version, tables)
    return version, tables


def _point_to(home: Home, version: Version) -> tuple[bool, bool]:
    """Swap the pointer, unless it names this version already or is held; return whether it moved, and was held."""
    current = _current_name(home)
    if current == version.file_name:
        return False, False
    if current and versions.held(home):  # a broken pointer is mended all the same
        return False, True
    with whole_file(home, versions.pointer(home)) as scratch:
        scratch.write_text(version.file_name + "\n", encoding="utf-8")
    return True, False


def _passed_audit(home: Home, build: Build) -> Path:
    """Return the audit's results, having made sure that they vouch for exactly this build."""
    folder = builds.audit_folder(home)
    record, results = folder / "audit.json", folder / "expectation_results.parquet"
    if not record.is_file() or not results.is_file():
        raise _refused(record, "no audit of this build", "Run: sala audit")
    audit = json.loads(record.read_text(encoding="utf-8"))
    if audit["build"] != build.as_dict():
        raise _refused(record, "an audit of another build", "Run: sala audit")
    if not audit["passed"]:
        raise _refused(record, "an audit that failed", "Read what failed (sala audit), mend it, then: sala run")
    if hashlib.sha256(results.read_bytes()).hexdigest() != audit["results_sha256"]:
        raise _refused(results, "results that were changed after the audit", "Run: sala audit")
    return results


def _make(home: Home, build: Build, version: Version, tables: list[Table]) -> None:
    """Write the version under unfinished names, then give it its own: the folder first, the database last."""
    unfinished = home.published / f"{UNFINISHED}{uuid.uuid4().hex}"
    database = unfinished.with_name(unfinished.name + ".duckdb")
    manifest = {
        "version": version.name,
        "as_of": build.as_of.isoformat(),
        "build_id": build.build_id,
        "published_at": datetime.now(UTC).isoformat(timespec="microseconds"),
        "content_hash": hash_of(tables, ("marts",)),
        "hash_function": f"sum of DuckDB {duckdb.__version__} row hashes per table, then SHA-256; "
        "officers by the smallest of their persons",
        "database": version.file_name,
    }
    unfinished.mkdir()
    take_files(home, build, unfinished)
    write_version(home, database, unfinished, tables, manifest)
    if version.tables.exists():
        shutil.rmtree(version.tables)
    unfinished.rename(version.tables)
    database.replace(version.path)
    sync(home.published)


def _current_name(home: Home) -> str | None:
    """Return what `CURRENT` names when it names a version that is there; a broken pointer is mended by publishing."""
    try:
        return versions.current(home).file_name
    except (versions.NothingPublished, versions.PointerBroken):
        return None


def _refused(where: Path, found: str, action: str) -> PublishRefused:
    return PublishRefused(str(where), found, "an audit of exactly this build that passed", action)
