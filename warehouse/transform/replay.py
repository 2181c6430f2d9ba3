"""Build a version again from what it was built from: DuckDB and Parquet alone, no dbt, no contracts, no ledger.

    snapshot, or a folder laid out like one ──► the compiled models, in order ──► two fresh files: warehouse, workbench

The models may be another's than the inputs: so it is told which part of a difference is whose.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import duckdb

from warehouse.errors import TerminalError
from warehouse.store.database import create_replay
from warehouse.transform.compiled import AS_OF, READ, Models, Node

MARTS = ("marts",)


class ReplayFailed(TerminalError):
    """A model could not be built over these inputs."""

    code = "SALA-T004"
    title = "The version cannot be built again"


def replay(inputs: Path, models: Models, as_of: date, into: Path, names: Iterable[str] | None = None) -> Path:
    """Build models over inputs and return the database file they lie in.

    Args:
        inputs: A folder laid out like a snapshot: bronze, identity, build/inputs and seeds.
        models: What to build; those not asked for, nor needed for it, are left out.
        as_of: The day the figures are for.
        into: A folder for `warehouse.duckdb`, which is returned; made anew. It is for the caller to remove.
        names: Models wanted; all marts when left out.

    Raises:
        ReplayFailed: A model needs what the inputs do not hold, or this DuckDB cannot run it.
    """
    shutil.rmtree(into, ignore_errors=True)
    wanted = models.in_schemas(*MARTS) if names is None else names
    needed = models.needed_for(wanted)
    with create_replay(into) as connection:
        for database, schema in sorted({(node.database, node.schema) for node in needed}):
            connection.execute(f'create schema if not exists "{database}"."{schema}"')
        for node in needed:
            _build(connection, node, inputs, as_of)
    (into / "workbench.duckdb").unlink()
    return into / "warehouse.duckdb"


def _build(connection: duckdb.DuckDBPyConnection, node: Node, inputs: Path, as_of: date) -> None:
    try:
        for statement in statements(node, inputs, as_of):
            connection.execute(statement)
    except duckdb.Error as error:
        raise ReplayFailed(
            where=f"{node.name} over {inputs}",
            found=str(error).splitlines()[0],
            expected=f"inputs as dbt had them, and a DuckDB that runs this model (here {duckdb.__version__})",
            action="Restore the snapshot, or use the DuckDB version that its snapshot.json names.",
        ) from error


def statements(node: Node, inputs: Path, as_of: date) -> list[str]:
    """Return what builds one relation, as dbt does: a table gets the columns and types its model promises."""
    place = str(inputs).replace("'", "''")
    if node.kind == "seed":
        return [f"create table {node.relation} as select * from {READ}{place}/seeds/{node.name}.parquet')"]  # noqa: S608 -- own names
    sql = node.sql.replace(READ, f"{READ}{place}/").replace(AS_OF, as_of.isoformat())
    if node.materialization == "view":
        return [f"create view {node.relation} as ({sql})"]
    if not node.columns:
        return [f"create table {node.relation} as ({sql})"]
    typed = ", ".join(f'"{name}" {kind}' for name, kind in node.columns)
    names = ", ".join(f'"{name}"' for name, _ in node.columns)
    return [f"create table {node.relation} ({typed})", f"insert into {node.relation} select {names} from ({sql})"]  # noqa: S608 -- own models
