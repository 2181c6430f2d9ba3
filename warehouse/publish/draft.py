"""The Parquet tables of a build, written before the audit has said whether they may go out.

    build/draft/<schema>.<table>.parquet   moved into the version by publish
    build/draft/draft.json                 of which build, and what its tables hold; written last

They take longer to write than the audit, which mostly waits for one processor, so they are written beside it.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict
from pathlib import Path

from warehouse.publish.content import Column, Table, read_tables
from warehouse.publish.write import export
from warehouse.store import builds, versions
from warehouse.store.builds import Build
from warehouse.store.database import open_build
from warehouse.store.files import write_json
from warehouse.store.home import Home


def write_draft(home: Home, build: Build) -> None:
    """Read what the tables of a finished build hold and write them, unless the current version holds the same.

    Call it with the writer lock held.
    """
    remove_draft(home)
    folder = builds.draft_folder(home)
    folder.mkdir(parents=True)
    with open_build(home) as connection:
        tables = read_tables(connection)
        if not {table.name: table.content_hash for table in tables}.items() <= _published(home).items():
            for table in tables:
                export(connection, folder, table)
    write_json(home, _record(home), {"build": build.as_dict(), "tables": [asdict(table) for table in tables]})


def drafted(home: Home, build: Build) -> list[Table] | None:
    """Return the tables of a build as its draft has them; None when there is no draft of exactly this build."""
    if not _record(home).is_file():
        return None
    draft = json.loads(_record(home).read_text(encoding="utf-8"))
    if draft["build"] != build.as_dict():
        return None
    return [Table(**{**table, "columns": tuple(Column(**c) for c in table["columns"])}) for table in draft["tables"]]


def take_files(home: Home, build: Build, folder: Path) -> None:
    """Move the files of a build's draft into a folder; without a draft of exactly this build none is moved."""
    for table in drafted(home, build) or []:
        path = builds.draft_folder(home) / table.file_name
        if path.is_file():
            shutil.move(path, folder / path.name)


def remove_draft(home: Home) -> None:
    """Remove the draft: its record first, so that no half of one is taken for a whole."""
    _record(home).unlink(missing_ok=True)
    if (folder := builds.draft_folder(home)).exists():
        shutil.rmtree(folder)


def _published(home: Home) -> dict[str, str]:
    """Return the content hashes of the current version's tables."""
    try:
        version = versions.current(home)
    except (versions.NothingPublished, versions.PointerBroken):  # which publishing mends
        return {}
    tables = version.manifest()["tables"] if version.complete else {}
    return {name: table["content_hash"] for name, table in tables.items()}


def _record(home: Home) -> Path:
    return builds.draft_folder(home) / "draft.json"
