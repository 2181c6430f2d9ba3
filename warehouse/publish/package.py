"""The Frictionless Data Package beside a version's Parquet files: what each field means, and hashes to check by."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePath
from types import MappingProxyType
from typing import Any

from warehouse.publish.content import Column, Table

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
MEDIA_TYPES: MappingProxyType[str, str] = MappingProxyType(
    {"parquet": "application/vnd.apache.parquet", "csv": "text/csv"}
)
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
        "$schema": PROFILE,
        "name": f"sala-warehouse-{version}",
        "title": "Officers trained, per province and module",
        "description": "Counts of persons are of different persons within their row: never add them up over rows.",
        "version": version,
        "temporal": {"as_of": as_of},
        "resources": [
            {
                "name": table.name.replace(".", "_"),
                "title": table.name,
                "description": table.comment,
                "rows": table.rows,
                **resource(files[table.name], [_field(column) for column in table.columns]),
            }
            for table in tables
        ],
    }


def resource(file: Mapping[str, Any], fields: list[dict[str, str]]) -> dict[str, Any]:
    """Return what a descriptor says of a file and its columns; names and words are the caller's.

    Args:
        file: Its `path`, which ends in a format of `MEDIA_TYPES`, its `bytes` and its `sha256`.
        fields: Name, type and description of each column.
    """
    suffix = PurePath(file["path"]).suffix.removeprefix(".")
    return {
        "type": "table",
        "path": file["path"],
        "format": suffix,
        "mediatype": MEDIA_TYPES[suffix],
        "bytes": file["bytes"],
        "hash": f"sha256:{file['sha256']}",
        "schema": {"fields": fields},
    }


def _field(column: Column) -> dict[str, str]:
    kind = re.sub(r"\(.*\)$", "", column.sql_type)
    field_type = "array" if column.sql_type.endswith("[]") else FIELD_TYPES.get(kind, "any")
    return {"name": column.name, "type": field_type, "description": column.comment}
