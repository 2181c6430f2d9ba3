"""The published versions: their names, the pointer to the current one, and what is kept.

published/warehouse-20241231-0a1b2c3d4e5f.duckdb       a version, never changed
published/warehouse-20241231-0a1b2c3d4e5f/             the same tables as Parquet, datapackage.json, manifest.json
published/CURRENT                                      one line: the file name of the current version
published/PINNED                                       optional: file names that are never removed, one a line
published/HOLD                                         optional: while it is there, publishing leaves CURRENT alone
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from warehouse.errors import TerminalError
from warehouse.store.home import Home

FILE_NAME = re.compile(r"^warehouse-(?P<version>\d{8}-[0-9a-f]{12})\.duckdb$")


class NothingPublished(TerminalError):
    """No version was published in this home yet."""

    code = "SALA-S105"
    title = "Nothing has been published yet"


class PointerBroken(TerminalError):
    """`CURRENT` does not name a version that is there."""

    code = "SALA-S106"
    title = "The pointer to the current version is broken"


@dataclass(frozen=True)
class Version:
    """One published version.

    Attributes:
        name: `<as_of yyyymmdd>-<first 12 of the content hash>`.
        folder: `published/`.
    """

    name: str
    folder: Path

    @property
    def file_name(self) -> str:
        """What `CURRENT` and `PINNED` hold."""
        return f"warehouse-{self.name}.duckdb"

    @property
    def path(self) -> Path:
        """The database file."""
        return self.folder / self.file_name

    @property
    def tables(self) -> Path:
        """The folder of the same tables as Parquet."""
        return self.folder / f"warehouse-{self.name}"

    @property
    def manifest_path(self) -> Path:
        """What the version holds and how it came about."""
        return self.tables / "manifest.json"

    @property
    def complete(self) -> bool:
        """True when both the database and the Parquet folder with its manifest are there."""
        return self.path.is_file() and self.manifest_path.is_file()

    def manifest(self) -> dict[str, Any]:
        """Return the parsed manifest."""
        loaded: dict[str, Any] = json.loads(self.manifest_path.read_text(encoding="utf-8"))
        return loaded


def pointer(home: Home) -> Path:
    """The one-line file that names the current version."""
    return home.published / "CURRENT"


def current(home: Home) -> Version:
    """Return the version `CURRENT` names.

    Raises:
        NothingPublished: There is no pointer.
        PointerBroken: It does not name a version that is there.
    """
    path = pointer(home)
    if not path.is_file():
        raise NothingPublished(
            where=str(home.published),
            found="no CURRENT",
            expected="a published version",
            action="Run: sala run (or sala demo, to see it with sample data)",
        )
    name = path.read_text(encoding="utf-8").strip()
    match = FILE_NAME.match(name)
    version = Version(match["version"], home.published) if match else None
    if version is None or not version.path.is_file():
        there = ", ".join(v.file_name for v in all_versions(home)) or "none"
        raise PointerBroken(
            where=str(path),
            found=f"it names {name[:80]!r}, which is not there",
            expected=f"one of the versions that are there: {there}",
            action="Publish again (sala publish), or write the file name of a version that is there into CURRENT.",
        )
    return version


def current_or_none(home: Home) -> Version | None:
    """Return the current version, or None before the first publication."""
    try:
        return current(home)
    except NothingPublished:
        return None


def all_versions(home: Home) -> list[Version]:
    """Return the versions that are there, the one published last at the end."""
    if not home.published.is_dir():
        return []
    found = [Version(match["version"], home.published) for _, match in _matches(home.published)]
    return sorted(found, key=lambda version: (_published_at(version), version.name))


def _published_at(version: Version) -> datetime:
    """Return when a version says it was published; one that does not say is the first to go.

    The time of its file says nothing: a restored or copied home has the times of copying.
    """
    try:
        moment = datetime.fromisoformat(version.manifest()["published_at"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return datetime.min.replace(tzinfo=UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def held(home: Home) -> bool:
    """Return whether somebody wants readers to stay with the current version."""
    return (home.published / "HOLD").exists()


def pinned(home: Home) -> set[str]:
    """Return the file names that are never removed."""
    path = home.published / "PINNED"
    if not path.is_file():
        return set()
    lines = (line.split("#")[0].strip() for line in path.read_text(encoding="utf-8").splitlines())
    return {line for line in lines if line}


def _matches(folder: Path) -> list[tuple[Path, re.Match[str]]]:
    return [(p, m) for p in folder.iterdir() if (m := FILE_NAME.match(p.name)) and p.is_file()]
