"""The only module that opens DuckDB databases.

    build/warehouse.duckdb          open_build      one writer (dbt), then audit and publish read it
    build/workbench.duckdb          export_seeds    what dbt made of the common lists, before both are built anew
    published/warehouse-*.duckdb    open_published  read-only, any number of readers, sees no other file
    a version being made            create_version  read-write, a copy of the build file
    a version being made again      create_replay   two fresh files, named as dbt names them
    a version, for its figures      open_figures    read-only as `warehouse`, beside a `workbench` in memory
    no file at all                  open_memory     queries over Arrow tables and Parquet; nothing is spilled to a disk

Extensions are never fetched: neither the network nor a file on disk decides what a query means.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

import duckdb

from warehouse.errors import TerminalError, TransientError
from warehouse.store import versions
from warehouse.store.home import Home

BUILD = "warehouse"  # the build file's name as a catalog
PUBLISHED = ("marts", "quality")  # the schemas of a version, in the order in which a bare name is looked up
OFFLINE: MappingProxyType[str, str] = MappingProxyType(
    {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "allow_community_extensions": "false",
    }
)
# Rows have no order in a table, and to keep the one they lie in costs a tenth of writing them as Parquet.
UNORDERED: MappingProxyType[str, str] = MappingProxyType({**OFFLINE, "preserve_insertion_order": "false"})
# What a reader may do: SQL on the opened file. No other file, no network, no way to lift the ban.
SEALED: MappingProxyType[str, str] = MappingProxyType(
    {**OFFLINE, "enable_external_access": "false", "lock_configuration": "true"}
)

TEXT_COLUMNS = """
    select schema_name, table_name, column_name
    from duckdb_columns()
    inner join duckdb_tables() using (database_oid, schema_oid, table_oid, schema_name, table_name)
    where data_type ilike '%varchar%'
"""


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
    return _connect(home.build_database, read_only, config=UNORDERED, action="Build again: sala transform")


def export_seeds(home: Home, relations: Iterable[str], folder: Path) -> None:
    """Write each of these tables of the workbench as a Parquet file; call it with the writer lock held."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (wanted := sorted(relations)):
        return
    with _connect(home.workbench_database, True, config=OFFLINE, action="Build again: sala transform") as opened:
        for relation in wanted:
            path = folder / f"{relation.split('.')[-1].strip(chr(34))}.parquet"
            opened.table(relation).write_parquet(str(path))


@contextmanager
def create_replay(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open two fresh files, `warehouse` and `workbench`, with the settings of transforms/profiles.yml.

    The connection reads Parquet files and spills beside the two; the folder is for the caller to remove.
    """
    folder.mkdir(parents=True, exist_ok=True)
    workbench = str(folder / "workbench.duckdb").replace("'", "''")
    config = {
        **OFFLINE,
        "storage_compatibility_version": "v1.3.0",
        "memory_limit": os.environ.get("SALA_MEMORY_LIMIT", "3GB"),
        "temp_directory": str(folder / "tmp"),
        "preserve_insertion_order": "false",
    }
    connection = _connect(folder / "warehouse.duckdb", False, MappingProxyType(config), "Remove the folder, try again")
    try:
        connection.execute(f"attach '{workbench}' as workbench; set enable_progress_bar = false")
        yield connection
        connection.execute("checkpoint warehouse")
    finally:
        connection.close()


@contextmanager
def open_figures(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a version's file, read-only, as the compiled models name it, and an empty workbench in memory beside it.

    What does not fit into memory is spilled beside the system's other temporary files; it holds pseudonyms only.

    Raises:
        DatabaseUnreadable: The file is damaged or of another DuckDB version.
    """
    with tempfile.TemporaryDirectory(prefix="sala-figures-") as spill:
        config: dict[str, str | bool | int | float | list[str]] = {
            **OFFLINE,
            "memory_limit": os.environ.get("SALA_MEMORY_LIMIT", "3GB"),
            "temp_directory": spill,
            "preserve_insertion_order": "false",
        }
        connection = duckdb.connect(":memory:", config=config)
        try:
            connection.execute("set enable_progress_bar = false")
            _attach(connection, path)
            yield connection
        finally:
            connection.close()


def _attach(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    place = str(path).replace("'", "''")
    try:
        connection.execute(f"attach '{place}' as warehouse (read_only); attach ':memory:' as workbench")
    except duckdb.Error as error:
        raise _unreadable(path, error, "Publish again: sala publish") from error


@contextmanager
def open_memory() -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a database of its own in memory, closed after the block.

    It may hold direct identifiers: DuckDB would write what does not fit into memory to a folder beside the process,
    in clear, so it may not. What does not fit ends with DuckDB's own out-of-memory error.
    """
    connection = duckdb.connect(":memory:", config={**OFFLINE, "temp_directory": ""})
    connection.execute("set enable_progress_bar = false")  # it would draw on standard output, which may be a report
    try:
        yield connection
    finally:
        connection.close()


def texts_of(path: Path) -> Iterator[str]:
    """Yield the distinct texts of each column of a database file that can hold one, as one text a column.

    Only tables hold texts. A view holds its definition, which stands in the file as it is; what it reads is elsewhere.

    Raises:
        DatabaseBusy: Somebody has it open for writing.
        DatabaseUnreadable: It is no whole database.
    """
    action = "Remove the file, then build or publish again"
    with _connect(path, read_only=True, config=SEALED, action=action) as opened:
        try:
            for place in opened.execute(TEXT_COLUMNS).fetchall():
                schema, table, column = (name.replace('"', '""') for name in place)
                query = f'select distinct "{column}"::varchar from "{schema}"."{table}"'  # noqa: S608 -- quoted names
                yield "\n".join(text for (text,) in opened.execute(query).fetchall() if text)
        except duckdb.Error as error:  # a page that was cut is met only when it is read
            raise _unreadable(path, error, action) from error


@contextmanager
def create_version(home: Home, path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a copy of the build file at `path`, read-write; it is checkpointed and closed when the block ends.

    The build file holds what is published and nothing else, so its pages need not be written by a query again:
    for 5 M attendance rows that took eight processor seconds. Call it with the writer lock held.
    """
    shutil.copyfile(home.build_database, path)
    connection = _connect(path, read_only=False, config=UNORDERED, action="Publish again: sala publish")
    try:
        yield connection
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
