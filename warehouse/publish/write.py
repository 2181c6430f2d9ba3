"""Write the files of a version under names nobody reads, and make them durable."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import duckdb

from warehouse.errors import TerminalError
from warehouse.publish.content import RESULTS, Table
from warehouse.publish.package import datapackage
from warehouse.store.database import create_version
from warehouse.store.files import sync
from warehouse.store.home import Home


class VersionDamaged(TerminalError):
    """The new version is not what it was made from; it is not published."""

    code = "SALA-P002"
    title = "The new version did not come out whole"


def write_version(home: Home, database: Path, folder: Path, tables: list[Table], manifest: dict[str, Any]) -> None:
    """Write the database and the Parquet folder of a version; when it returns both are on the disk.

    Args:
        home: Whose build file.
        database: Where to, a name no reader opens.
        folder: Where to, likewise; it is there, and may hold files of tables already.
        tables: What to copy.
        manifest: Written as `manifest.json`, with each table's file added.
    """
    with create_version(home, database) as connection:
        _refuse_others(connection, tables)
        for table in tables:
            if table.name == RESULTS:
                _add(connection, table)
            if not (folder / table.file_name).exists():
                export(connection, folder, table)
    log = database.with_name(database.name + ".wal")
    if log.exists():
        raise _damaged(log, "a write-ahead log beside the closed file", "every change in the main file")
    sync(database)
    files = {table.name: described(folder / table.file_name) for table in tables}
    stated = {t.name: {"rows": t.rows, "content_hash": t.content_hash, "file": files[t.name]} for t in tables}
    _write_json(folder / "datapackage.json", datapackage(manifest["version"], manifest["as_of"], tables, files))
    _write_json(folder / "manifest.json", {**manifest, "tables": stated})
    sync(folder)


def _refuse_others(connection: duckdb.DuckDBPyConnection, tables: list[Table]) -> None:
    """Make sure that nothing goes out which is not published: the file is a copy of the whole build file."""
    found = connection.execute("select table_schema || '.' || table_name from information_schema.tables").fetchall()
    if others := sorted({name for (name,) in found} - {table.name for table in tables}):
        raise _damaged(Path(", ".join(others)), "tables nobody is promised", "marts and quality only in the build file")


def _add(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    """Add the audit's results, which the build file could not hold, with their comments."""
    target = _quoted(table)
    connection.execute(f"create or replace table {target} as select * from {table.source}")  # noqa: S608 -- own names
    connection.execute(f"comment on table {target} is {_literal(table.comment)}")
    for column in table.columns:
        connection.execute(f'comment on column {target}."{column.name}" is {_literal(column.comment)}')


# Groups of twice as many rows, the usual, outgrow the processor's cache and take a tenth longer. So does trying a
# dictionary on texts that hardly ever stand twice until a fifth of a group has been looked at, the usual.
AS_PARQUET = "format parquet, compression zstd, compression_level 1, row_group_size 61440, dictionary_size_limit 2500"


def export(connection: duckdb.DuckDBPyConnection, folder: Path, table: Table) -> None:
    """Write a table of the opened file as Parquet, having made sure that it is whole."""
    path = _literal(str(folder / table.file_name))
    row = connection.execute(f"copy {_quoted(table)} to {path} ({AS_PARQUET})").fetchone()
    if not row or row[0] != table.rows:
        raise _damaged(Path(table.name), f"{row and row[0]} rows", f"{table.rows} rows, as in the build file")


def described(path: Path) -> dict[str, Any]:
    """Return `path`, `bytes` and `sha256` of a file, as the manifest states them; it is on the disk then."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    sync(path)
    return {"path": path.name, "bytes": path.stat().st_size, "sha256": digest}


def _write_json(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    sync(path)


def _quoted(table: Table) -> str:
    schema, name = table.name.split(".")
    return f'"{schema}"."{name}"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _damaged(where: Path, found: str, expected: str) -> VersionDamaged:
    return VersionDamaged(str(where), found, expected, "Publish again: sala publish; if it repeats, check the disk")
