"""Write the files of a version under names nobody reads, and make them durable."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import duckdb

from warehouse.errors import TerminalError
from warehouse.publish.content import SCHEMAS, Table
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
        folder: Where to, likewise.
        tables: What to copy.
        manifest: Written as `manifest.json`, with each table's file added.
    """
    folder.mkdir(parents=True)
    with create_version(home, database) as connection:
        for schema in SCHEMAS:
            connection.execute(f'create schema "{schema}"')
        for table in tables:
            _copy(connection, table)
        for table in tables:
            _export(connection, folder, table)
    log = database.with_name(database.name + ".wal")
    if log.exists():
        raise _damaged(log, "a write-ahead log beside the closed file", "every change in the main file")
    sync(database)
    files = {table.name: _described(folder / f"{table.name}.parquet") for table in tables}
    described = {t.name: {"rows": t.rows, "content_hash": t.content_hash, "file": files[t.name]} for t in tables}
    _write_json(folder / "datapackage.json", datapackage(manifest["version"], manifest["as_of"], tables, files))
    _write_json(folder / "manifest.json", {**manifest, "tables": described})
    sync(folder)


def _copy(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    """Copy one table into the new database with its comments."""
    target = _quoted(table)
    connection.execute(f"create table {target} as select * from {table.source}")  # noqa: S608 -- names from the database's own catalogue
    copied = connection.execute(f"select count(*) from {target}").fetchall()[0][0]  # noqa: S608 -- names from the database's own catalogue
    if copied != table.rows:
        raise _damaged(Path(table.name), f"{copied} rows", f"{table.rows} rows, as in the build file")
    connection.execute(f"comment on table {target} is {_literal(table.comment)}")
    for column in table.columns:
        connection.execute(f'comment on column {target}."{column.name}" is {_literal(column.comment)}')


def _export(connection: duckdb.DuckDBPyConnection, folder: Path, table: Table) -> None:
    path = _literal(str(folder / f"{table.name}.parquet"))
    connection.execute(f"copy {_quoted(table)} to {path} (format parquet)")


def _described(path: Path) -> dict[str, Any]:
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
