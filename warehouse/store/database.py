"""The only module that opens DuckDB databases.

    build/warehouse.duckdb          open_build      one writer (dbt), then audit and publish read it
    published/warehouse-*.duckdb    open_published  read-only, any number of readers, sees no other file
    a version being made            create_version  read-write, the build file attached read-only
    no file at all                  open_memory     queries over Arrow tables and Parquet; nothing is spilled to a disk

Extensions are never fetched: neither the network nor a file on disk decides what a query means.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

import duckdb

from warehouse.errors import TerminalError, TransientError
from warehouse.store import versions
from warehouse.store.home import Home

BUILD = "warehouse"  # the build file's name as a catalog, whether opened or attached
PUBLISHED = ("marts", "quality")  # the schemas of a version, in the order in which a bare name is looked up
OFFLINE: MappingProxyType[str, str] = MappingProxyType(
    {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "allow_community_extensions": "false",
    }
)
# Strings written for DuckDB 1.3 and later take 7.8 processor seconds for 5 M attendance rows, for 0.10 and later 11.1.
STORAGE: MappingProxyType[str, str] = MappingProxyType({"storage_compatibility_version": "v1.3.0"})
# What a reader may do: SQL on the opened file. No other file, no network, no way to lift the ban.
SEALED: MappingProxyType[str, str] = MappingProxyType(
    {**OFFLINE, "enable_external_access": "false", "lock_configuration": "true"}
)


class BuildMissing(TerminalError):
    """There is no build file to read."""

    code = "SALA-S102"
    title = "Nothing has been built yet"


class DatabaseBusy(TransientError):
    """Another process has the file open for writing."""

    code = "SALA-S103"
    title = "The database file is in use"


class DatabaseUnreadable(TerminalError):
    """The file is not a database this version can read."""

    code = "SALA-S104"
    title = "The database file cannot be read"


def open_published(home: Home) -> duckdb.DuckDBPyConnection:
    """Open the version that `CURRENT` names, read-only and sealed off from every other file.

    Its tables are found without their schema: no two of them have the same name.

    Raises:
        NothingPublished: No version was published yet.
        PointerBroken: `CURRENT` names a file that is not there.
        DatabaseUnreadable: The file is damaged or of another DuckDB version.
    """
    connection = open_version(versions.current(home).path)
    there = {name for (name,) in connection.execute("select schema_name from duckdb_schemas()").fetchall()}
    if found := ",".join(schema for schema in PUBLISHED if schema in there):
        connection.execute(f"set search_path = '{found}'")
    return connection


def open_version(path: Path) -> duckdb.DuckDBPyConnection:
    """Open one published version file, read-only and sealed off from every other file."""
    return _connect(path, read_only=True, config=SEALED, action="Publish again: sala publish")


def open_build(home: Home, read_only: bool = True) -> duckdb.DuckDBPyConnection:
    """Open the build file; call it with the writer lock held.

    Raises:
        BuildMissing: Transform has not run.
        DatabaseBusy: Somebody has it open for writing.
        DatabaseUnreadable: A killed transform left half a file.
    """
    if not home.build_database.is_file():
        raise BuildMissing(
            where=str(home.build_database),
            found="no file",
            expected="the build file that transform writes",
            action="Run: sala transform",
        )
    return _connect(home.build_database, read_only, config=OFFLINE, action="Build again: sala transform")


@contextmanager
def open_memory() -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a database of its own in memory, closed after the block.

    It may hold direct identifiers: DuckDB would write what does not fit into memory to a folder beside the process,
    in clear, so it may not. What does not fit ends with DuckDB's own out-of-memory error.
    """
    connection = duckdb.connect(":memory:", config={**OFFLINE, "temp_directory": ""})
    try:
        yield connection
    finally:
        connection.close()


@contextmanager
def create_version(home: Home, path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a new, empty database at `path` with the build file attached read-only under its own name."""
    settings = MappingProxyType({**OFFLINE, **STORAGE})
    connection = _connect(path, read_only=False, config=settings, action="Publish again: sala publish")
    try:
        source = str(home.build_database).replace("'", "''")
        connection.execute(f"attach '{source}' as {BUILD} (read_only)")
        yield connection
        connection.execute(f"detach {BUILD}")
        connection.execute("checkpoint")
    finally:
        connection.close()


def _connect(path: Path, read_only: bool, config: MappingProxyType[str, str], action: str) -> duckdb.DuckDBPyConnection:
    try:
        return duckdb.connect(str(path), read_only=read_only, config=dict(config))
    except duckdb.IOException as error:
        if "lock" in str(error).lower():
            raise DatabaseBusy(
                where=str(path),
                found="another process has it open",
                expected="no writer at the same time",
                action="Wait for that process to end and try again.",
            ) from error
        raise _unreadable(path, error, action) from error
    except (duckdb.Error, UnicodeDecodeError) as error:
        raise _unreadable(path, error, action) from error


def _unreadable(path: Path, error: Exception, action: str) -> DatabaseUnreadable:
    return DatabaseUnreadable(
        where=str(path),
        found=str(error).splitlines()[0],
        expected=f"a database that DuckDB {duckdb.__version__} can read",
        action=action,
    )
