"""The build file's record: which build it is, so that an audit can be tied to exactly the file it read.

build/build.json   written last by transform; gone while a build is under way or was killed
"""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from warehouse.errors import TerminalError
from warehouse.store.files import write_json
from warehouse.store.home import Home


class BuildIncomplete(TerminalError):
    """The build file was not finished, or was changed after it was."""

    code = "SALA-S107"
    title = "The build is not complete"


@dataclass(frozen=True)
class Build:
    """One finished build.

    Attributes:
        build_id: Chosen by transform for each run; names the run, not its content.
        as_of: The day the figures are for.
        bytes: Size of the build file when it was finished.
        modified_ns: Its modification time then; a change of the file afterwards shows.
    """

    build_id: str
    as_of: date
    bytes: int
    modified_ns: int

    def as_dict(self) -> dict[str, Any]:
        """Return the fields as they are stored."""
        return {**asdict(self), "as_of": self.as_of.isoformat()}


def record(home: Home) -> Path:
    """The file that says a build was finished."""
    return home.build / "build.json"


def audit_folder(home: Home) -> Path:
    """What the audit found in the build."""
    return home.build / "audit"


def draft_folder(home: Home) -> Path:
    """The build's tables as files, for publish to move into a version."""
    return home.build / "draft"


def dbt_folder(home: Home) -> Path:
    """Artefacts and logs of dbt."""
    return home.build / "dbt"


def clear(home: Home) -> None:
    """Forget the last build and its audit; call it with the writer lock held.

    The record goes first: killed anywhere in between, no half build passes for a whole one. The write-ahead
    log goes with the file it belongs to: left beside a new file of the same name it would be replayed into it.
    """
    record(home).unlink(missing_ok=True)
    for path in sorted(audit_folder(home).glob("*.*")):
        path.unlink()
    clear_draft(home)
    for database in (home.build_database, home.workbench_database):
        for suffix in ("", ".wal"):
            database.with_name(database.name + suffix).unlink(missing_ok=True)


def clear_draft(home: Home) -> None:
    """Remove the draft; of half of one that is left by a kill, publish takes what is whole and writes the rest."""
    if (folder := draft_folder(home)).exists():
        shutil.rmtree(folder)


def finish(home: Home, build_id: str, as_of: date) -> Build:
    """Record that the build file is complete and return what was recorded."""
    status = home.build_database.stat()
    build = Build(build_id, as_of, status.st_size, status.st_mtime_ns)
    write_json(home, record(home), build.as_dict())
    return build


def finished(home: Home) -> Build:
    """Return the record of the finished build.

    Raises:
        BuildIncomplete: There is none, or the build file changed after it was written.
    """
    path = record(home)
    if not path.is_file():
        raise _incomplete(path, "no record of a finished build")
    fields = json.loads(path.read_text(encoding="utf-8"))
    build = Build(**{**fields, "as_of": date.fromisoformat(fields["as_of"])})
    status = home.build_database.stat() if home.build_database.is_file() else None
    if (log := home.build_database.with_name(home.build_database.name + ".wal")).exists():
        raise _incomplete(log, "a write-ahead log beside the build file")
    if status is None or (status.st_size, status.st_mtime_ns) != (build.bytes, build.modified_ns):
        raise _incomplete(home.build_database, "the file is gone or was changed after the build had ended")
    return build


def _incomplete(path: Path, found: str) -> BuildIncomplete:
    return BuildIncomplete(
        where=str(path),
        found=found,
        expected="the build file exactly as transform left it",
        action="Run: sala transform",
    )
