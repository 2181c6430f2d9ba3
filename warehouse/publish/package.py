"""The Frictionless Data Package beside a version's Parquet files: what each field means, and hashes to check by."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Any

from warehouse.publish.content import Column, Table

# DuckDB's types as Table Schema names them (datapackage.org, Table Schema); anything else is "any".
FIELD_TYPES: MappingProxyType[str, str] = MappingProxyType(
    {
        "VARCHAR": "string",
        "BOOLEAN": "boolean",
        **dict.fromkeys(("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT"), "integer"),
        **dict.fromkeys(("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"), "integer"),
        **dict.fromkeys(("FLOAT", "DOUBLE", "DECIMAL"), "number"),
        "DATE": "date",
        "TIME": "time",
        **dict.fromkeys(("TIMESTAMP", "TIMESTAMP WITH TIME ZONE"), "datetime"),
    }
)


def datapackage(version: str, as_of: str, tables: list[Table], files: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Return the descriptor.

    Args:
        version: The version's name.
        as_of: The day its figures are for.
        tables: All tables.
        files: For each table its file: `path`, `bytes` and `sha256`.
    """
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": f"sala-warehouse-{version}",
        "title": "Officers trained, per province and module",
        "description": "Counts of persons are of different persons within their row: never add them up over rows.",
        "version": version,
        "temporal": {"as_of": as_of},
        "resources": [_resource(table, files[table.name]) for table in tables],
    }


def _resource(table: Table, file: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": table.name.replace(".", "_"),
        "type": "table",
        "path": file["path"],
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "title": table.name,
        "description": table.comment,
        "rows": table.rows,
        "bytes": file["bytes"],
        "hash": f"sha256:{file['sha256']}",
        "schema": {"fields": [_field(column) for column in table.columns]},
    }


def _field(column: Column) -> dict[str, str]:
    kind = re.sub(r"\(.*\)$", "", column.sql_type)
    field_type = "array" if column.sql_type.endswith("[]") else FIELD_TYPES.get(kind, "any")
    return {"name": column.name, "type": field_type, "description": column.comment}
