"""The Parquet tables of a build, written before the audit has said whether they may go out.

    build/draft/<schema>.<table>.parquet   moved into the version by publish
    build/draft/draft.json                 of which build, what its tables hold, hashes of the files; written last

They take longer to write than the audit, which mostly waits for one processor, so they are written beside it.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

from warehouse.publish.content import Column, Table, read_tables
from warehouse.publish.write import described, export
from warehouse.store import builds, versions
from warehouse.store.builds import Build
from warehouse.store.database import open_build
from warehouse.store.files import write_json
from warehouse.store.home import Home


def write_draft(home: Home, build: Build) -> None:
    """Read what the tables of a finished build hold and write them, unless the current version holds the same.

    Call it with the writer lock held.
    """
    builds.clear_draft(home)
    folder = builds.draft_folder(home)
    folder.mkdir(parents=True)
    with open_build(home) as connection:
        tables = read_tables(connection)
        if not {table.name: table.content_hash for table in tables}.items() <= _published(home).items():
            for table in tables:
                export(connection, folder, table)
    files = [described(path) for path in sorted(folder.iterdir())]
    record = {"build": build.as_dict(), "tables": [asdict(table) for table in tables], "files": files}
    write_json(home, _record(home), record)


def drafted(home: Home, build: Build) -> list[Table] | None:
    """Return the tables of a build as its draft has them; None when there is no draft of exactly this build."""
    tables = _read(home, build).get("tables")
    return tables and [Table(**{**t, "columns": tuple(Column(**c) for c in t["columns"])}) for t in tables]


def take_files(home: Home, build: Build, folder: Path) -> None:
    """Move the files of a build's draft into a folder, but for those that are not as they were written."""
    for file in _read(home, build).get("files", []):
        path = builds.draft_folder(home) / file["path"]
        if path.is_file() and described(path) == file:
            shutil.move(path, folder / path.name)


def _read(home: Home, build: Build) -> dict[str, Any]:
    """Return the record of a build's draft, or nothing: one of another build, or a damaged one, is not worth more."""
    try:
        record: dict[str, Any] = json.loads(_record(home).read_text(encoding="utf-8"))
        return record if record["build"] == build.as_dict() else {}
    except (OSError, ValueError, TypeError, KeyError):
        return {}


def _published(home: Home) -> dict[str, str]:
    """Return the content hashes of the current version's tables; nothing where it does not say, which is made anew."""
    try:
        tables = versions.current(home).manifest()["tables"]
        return {name: table["content_hash"] for name, table in tables.items()}
    except (versions.NothingPublished, versions.PointerBroken, OSError, ValueError, TypeError, KeyError):
        return {}


def _record(home: Home) -> Path:
    return builds.draft_folder(home) / "draft.json"
