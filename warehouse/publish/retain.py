"""Which versions stay, and the removal of what a killed publication left behind."""

from __future__ import annotations

import re
import shutil

from warehouse.store import snapshots, versions
from warehouse.store.home import Home
from warehouse.store.versions import Version

UNFINISHED = ".new-"
VERSION_FOLDER = re.compile(r"^warehouse-\d{8}-[0-9a-f]{12}$")


def remove_unfinished(home: Home) -> list[str]:
    """Remove what a killed publication or removal left; return the names."""
    removed = []
    for path in sorted(home.published.iterdir()):
        orphan = VERSION_FOLDER.match(path.name) and not path.with_name(f"{path.name}.duckdb").exists()
        if path.name.startswith(UNFINISHED) or orphan:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
            removed.append(path.name)
    return removed


def remove_old(home: Home, keep: int) -> list[str]:
    """Remove all but the last `keep` versions; return the names of the removed files.

    The current version and those named in `PINNED` are never removed. A reader that has a removed file open
    goes on reading it. The database goes first, so that a folder without one is known to be a leftover. What a removed
    version was built from goes with it, unless an issue stands on it.
    """
    stay = versions.pinned(home) | {versions.current(home).file_name}
    newest = versions.all_versions(home)[::-1]
    old = [version for version in newest[keep:] if version.file_name not in stay]
    for version in old:
        _remove(version)
    snapshots.remove_unneeded(home)
    return [version.file_name for version in old]


def _remove(version: Version) -> None:
    version.path.unlink()
    if version.tables.is_dir():
        shutil.rmtree(version.tables)
