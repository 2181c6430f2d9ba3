"""What each version was built from: kept, so that it can be built again years later, and partly with something else.

snapshots/<version>-<models>/            models: first twelve of the fingerprint of the compiled models
    bronze/<entity>/partner=<p>/*.parquet    accepted rows of the deliveries that counted
    identity/crosswalk.parquet               who was who
    build/inputs/*.parquet                   what the ledger and the contracts told dbt
    extracts/_*/*.parquet                    what had been issued
    seeds/*.parquet                          the common lists
    models.json                              the compiled SQL of all models, in order
    snapshot.json                            written last, and again when somebody was erased from it

Laid out as a home, so that what reads a home reads a snapshot. Files are links where the disk allows it: the zones
replace theirs whole, so a link keeps the bytes the version was built from and takes no room before they are replaced.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from warehouse.errors import TerminalError
from warehouse.store import versions
from warehouse.store.files import sync, write_json
from warehouse.store.home import Home

UNFINISHED = ".new-"


class SnapshotMissing(TerminalError):
    """What a version was built from is not there."""

    code = "SALA-S109"
    title = "What the version was built from is missing"


@dataclass(frozen=True)
class Snapshot:
    """What one version was built from.

    Attributes:
        folder: Where it lies.
    """

    folder: Path

    @property
    def name(self) -> str:
        """What manifests call it."""
        return self.folder.name

    @property
    def version(self) -> str:
        """The version that was built from it."""
        return self.name.rpartition("-")[0]

    @property
    def inputs(self) -> Path:
        """The folder that stands for a home; its own, as its layout is that of one."""
        return self.folder

    @property
    def models(self) -> Path:
        """The compiled models."""
        return self.folder / "models.json"

    @property
    def about_path(self) -> Path:
        """Its record."""
        return self.folder / "snapshot.json"

    def about(self) -> dict[str, Any]:
        """Return its record: `as_of`, `build_id`, `models_fingerprint`, `libraries`, `taken_at`, `erasures`."""
        loaded: dict[str, Any] = json.loads(self.about_path.read_text(encoding="utf-8"))
        return loaded

    @property
    def erasures(self) -> tuple[str, ...]:
        """The erasures that took rows out of it: it can no longer give what was published."""
        return tuple(self.about()["erasures"]) if self.about_path.is_file() else ()


def draft(home: Home) -> Snapshot:
    """Return where transform puts what it builds from, until publish gives it its name."""
    return Snapshot(home.build / "snapshot")


def everything(home: Home) -> list[Snapshot]:
    """Return all snapshots of versions, by name."""
    there = home.snapshots.iterdir() if home.snapshots.is_dir() else ()
    return [Snapshot(folder) for folder in sorted(there) if not folder.name.startswith(UNFINISHED)]


def current(home: Home) -> Snapshot:
    """Return what the current version was built from; of several, that of the models used last.

    Raises:
        NothingPublished: There is no version yet.
        PointerBroken: `CURRENT` does not name a version that is there.
        SnapshotMissing: The version was published before snapshots were kept.
    """
    version = versions.current(home).name
    found = [snapshot for snapshot in everything(home) if snapshot.version == version]
    if not found:
        raise _missing(home.snapshots / f"{version}-*")
    return max(found, key=lambda snapshot: str(snapshot.about()["taken_at"]))


def named(home: Home, name: str) -> Snapshot:
    """Return the snapshot that a manifest names.

    Raises:
        SnapshotMissing: It is not there.
    """
    snapshot = Snapshot(home.snapshots / name)
    if not snapshot.about_path.is_file():
        raise _missing(snapshot.folder)
    return snapshot


def record(home: Home, snapshot: Snapshot, **changed: Any) -> None:
    """Write a snapshot's record, changed."""
    known = snapshot.about() if snapshot.about_path.is_file() else {}
    write_json(home, snapshot.about_path, {**known, **changed})


def keep(home: Home, version: str, build_id: str) -> str | None:
    """Give the draft the name of the version published from this build; return that name, None without a draft.

    In one step: killed before it, the draft is there to be kept next time. A snapshot of this name stays as it is,
    for an issue may stand on it: it is only marked as the one used last.
    """
    made = draft(home)
    if not made.about_path.is_file() or made.about()["build_id"] != build_id:
        return None
    kept = Snapshot(home.snapshots / f"{version}-{made.about()['models_fingerprint'][:12]}")
    if kept.about_path.is_file():
        record(home, kept, taken_at=made.about()["taken_at"])
        shutil.rmtree(made.folder)
    else:
        home.snapshots.mkdir(parents=True, exist_ok=True)
        made.folder.rename(kept.folder)
        sync(home.snapshots)
    return kept.name


def remove(snapshot: Snapshot) -> None:
    """Remove a snapshot: out of sight in one step, so that half of one is never taken for a whole."""
    gone = snapshot.folder.with_name(f"{UNFINISHED}{secrets.token_hex(8)}")
    snapshot.folder.rename(gone)
    shutil.rmtree(gone)


def remove_unneeded(home: Home) -> list[str]:
    """Remove the snapshots of versions that are gone, unless an issue or `PINNED` names them; return the names."""
    for left in home.snapshots.glob(f"{UNFINISHED}*"):
        shutil.rmtree(left)
    there = {version.name for version in versions.all_versions(home)}
    pinned, issued = versions.pinned(home), _issued(home)
    removed = []
    for snapshot in everything(home):
        is_pinned = f"warehouse-{snapshot.version}.duckdb" in pinned
        if snapshot.version not in there and snapshot.name not in issued and not is_pinned:
            remove(snapshot)
            removed.append(snapshot.name)
    return removed


def _issued(home: Home) -> set[str]:
    """Return the names of the snapshots that issues of extracts stand on."""
    there = home.extracts.glob("*/*/*/manifest.json")
    standing = (path for path in there if not path.with_name("withdrawn.json").exists())
    return {json.loads(path.read_text(encoding="utf-8"))["snapshot"] for path in standing}


def link(source: Path, target: Path) -> None:
    """Make a file appear in a second place: the same bytes for good, as the zones replace their files whole."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except OSError:  # another disk, or one that knows no links
        shutil.copyfile(source, target)


def now() -> str:
    """Return the present as a record holds it."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


def _missing(where: Path) -> SnapshotMissing:
    return SnapshotMissing(
        where=str(where),
        found="nothing of that name",
        expected="the inputs and the compiled models that the version was built from",
        action="Restore it from the backup; for new figures build and publish again: sala run",
    )
