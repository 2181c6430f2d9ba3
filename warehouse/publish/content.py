"""What a version holds: its tables, their columns and comments, and a hash that ignores the order of rows.

The key of an officer is a name that history chose: of two persons found to be one, the one seen first has it. So that
the same files give the same hash in whatever order they came (law 2), an officer is hashed as the smallest of their
persons; `version_hash` adds who has which key (docs/decisions/0011).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import duckdb

from warehouse.store.database import BUILD

SCHEMAS = ("marts", "quality")  # what readers get; staging and intermediate stay behind
BRIDGE = "marts.bridge_officer_person"
OFFICER = "officer_key"
# A number, as texts of 32 letters joined to 5 M rows take 0.4 s longer to hash.
NAMED = f"select {OFFICER}, hash(min(person_ref)) as named from {BRIDGE} group by all"  # noqa: S608 -- constants
NOBODY = f"select null::varchar as {OFFICER}, null::ubigint as named where false"
RESULTS = "quality.expectation_results"
RESULTS_COMMENT = (
    "What the audit found before this version was published. "
    "One row per promise of expectations/suites; a failed one here is of severity warning."
)
RESULTS_COLUMNS = {
    "table_name": "Published table the promise is about",
    "expectation": "Name of the Great Expectations expectation",
    "column_name": "Columns it looks at; null when it is about the whole table",
    "severity": "error keeps a version from being published, warning tells somebody",
    "success": "Whether the promise holds",
    "rows_evaluated": "Rows looked at",
    "rows_failed": "Rows that break the promise",
    "why": "What goes wrong for a reader when it does not hold",
    "resolve": "What to do when it fails",
}


@dataclass(frozen=True)
class Column:
    """A column of a published table."""

    name: str
    sql_type: str
    comment: str


@dataclass(frozen=True)
class Table:
    """A table to publish.

    Attributes:
        name: `schema.table`.
        source: What to select its rows from, while the build file is open or attached.
        columns: In their order.
        comment: Its description.
        rows: Number of rows.
        content_hash: Hexadecimal; equal for equal rows in any order, whatever the officers' keys are.
        keys_hash: Of the table that says who has which key, over the keys themselves; else "".
    """

    name: str
    source: str
    columns: tuple[Column, ...]
    comment: str
    rows: int
    content_hash: str
    keys_hash: str = ""

    @property
    def schema(self) -> str:
        """The schema it lies in."""
        return self.name.split(".")[0]

    @property
    def file_name(self) -> str:
        """Its Parquet file in a version's folder."""
        return f"{self.name}.parquet"


def read_tables(build: duckdb.DuckDBPyConnection) -> list[Table]:
    """Return the tables of the build file, opened read-only, that readers get."""
    found = build.execute(
        "select table_schema, table_name from information_schema.tables "
        "where table_catalog = current_database() and list_contains(?, table_schema)",
        [list(SCHEMAS)],
    ).fetchall()
    _name_officers(build, (*BRIDGE.split("."),) in found)
    return [_table(build, f'{BUILD}."{schema}"."{name}"', f"{schema}.{name}") for schema, name in found]


def read_results(build: duckdb.DuckDBPyConnection, results: Path) -> Table:
    """Return the audit's `expectation_results.parquet` as the table that readers get."""
    literal = str(results).replace("'", "''")
    return _table(build, f"read_parquet('{literal}')", RESULTS)


def hash_of_marts(build: duckdb.DuckDBPyConnection) -> str:
    """Return the content hash of the marts that lie in a database file named `warehouse`, opened read-only."""
    found = build.execute(
        "select table_name from information_schema.tables where table_catalog = current_database() "
        "and table_schema = 'marts'"
    ).fetchall()
    _name_officers(build, (BRIDGE.split(".")[1],) in found)
    return hash_of([_table(build, f'{BUILD}."marts"."{name}"', f"marts.{name}") for (name,) in found], ("marts",))


def hash_of(tables: list[Table], schemas: tuple[str, ...]) -> str:
    """Return one hash over the tables of some schemas."""
    lines = [f"{table.name} {table.content_hash}" for table in tables if table.schema in schemas]
    return _digest("\n".join(sorted(lines)))


def version_hash(tables: list[Table]) -> str:
    """Return one hash over everything a version holds, the officers' keys included: other keys, another version."""
    return _digest("\n".join([hash_of(tables, SCHEMAS), *sorted(f"{t.name} {t.keys_hash}" for t in tables)]))


def _name_officers(build: duckdb.DuckDBPyConnection, bridged: bool) -> None:
    """Make the table of what each key is hashed as; a key that the bridge does not know stands for itself."""
    build.execute("create or replace temp table officer_names as " + (NAMED if bridged else NOBODY))


def _table(build: duckdb.DuckDBPyConnection, source: str, name: str) -> Table:
    columns = _columns(build, source, name)
    shape = ",".join(f"{column.name} {column.sql_type}" for column in columns)
    named = source
    if any(column.name == OFFICER for column in columns):
        named = (
            f"(select stored.* replace (coalesce(officer_names.named, hash(stored.{OFFICER})) as {OFFICER}) "  # noqa: S608 -- names from the database's own catalogue
            f"from {source} as stored left join officer_names using ({OFFICER}))"
        )
    rows, content_hash = _hash(build, named, shape)
    keys_hash = _hash(build, source, shape)[1] if name == BRIDGE else ""
    return Table(name, source, columns, _comment(build, name), rows, content_hash, keys_hash)


def _hash(build: duckdb.DuckDBPyConnection, source: str, shape: str) -> tuple[int, str]:
    # DuckDB's hash of a whole row, summed: 0.4 s for 5 M rows, where md5 of their text takes 1.4 s (2 cores).
    # It is stable within a DuckDB version, which the manifest states beside it.
    query = f"select count(*), coalesce(sum(hash(sala_row)::hugeint), 0) from {source} as sala_row"  # noqa: S608 -- names from the database's own catalogue
    row = build.execute(query).fetchone()
    rows, total = row if row else (0, 0)
    return int(rows), _digest(f"{shape}|{rows}|{total}")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _columns(build: duckdb.DuckDBPyConnection, source: str, name: str) -> tuple[Column, ...]:
    described = build.execute(f"describe select * from {source}").fetchall()  # noqa: S608 -- names from the database's own catalogue
    comments = {RESULTS: RESULTS_COLUMNS}.get(name) or dict(
        build.execute(
            "select column_name, comment from duckdb_columns() where database_name = current_database() "
            "and schema_name = ? and table_name = ? and comment is not null",
            name.split("."),
        ).fetchall()
    )
    return tuple(Column(column, kind, comments.get(column, "")) for column, kind, *_ in described)


def _comment(build: duckdb.DuckDBPyConnection, name: str) -> str:
    if name == RESULTS:
        return RESULTS_COMMENT
    sql = (
        "select comment from duckdb_tables() where database_name = current_database() and schema_name = $1 "
        "and table_name = $2 union all select comment from duckdb_views() "
        "where database_name = current_database() and schema_name = $1 and view_name = $2"
    )
    found = build.execute(sql, name.split(".")).fetchone()
    return str(found[0]) if found and found[0] else ""
