"""`sala query`: SQL on the published version, read-only and sealed off from every other file."""

from __future__ import annotations

import csv
import json
import math
import re
import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from warehouse.cli import screen
from warehouse.cli.arguments import AsJson, settings
from warehouse.errors import TerminalError, did_you_mean

if TYPE_CHECKING:
    import duckdb

SHOWN = 1000  # rows a table shows; the other formats hold all of them
BATCH = 10_000  # rows fetched at a time, so that memory does not grow with the result


class Format(StrEnum):
    """How a result is written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"


class QueryFailed(TerminalError):
    """DuckDB refused the query."""

    code = "SALA-Q001"
    title = "The query cannot be run"


def query(
    context: typer.Context,
    sql: Annotated[str, typer.Argument(help="One query, for instance: select * from marts.officers_trained limit 5")],
    form: Annotated[Format, typer.Option("--format", help="How the result is written.")] = Format.TABLE,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="A file to write; parquet needs one.")] = None,
    as_json: AsJson = False,
) -> None:
    """Query the published warehouse; works while a run is in progress."""
    from warehouse.store.database import open_published

    form = Format.JSON if as_json else form
    if form is Format.PARQUET and output is None:
        raise typer.BadParameter("parquet is not text: name a file with --output", param_hint="--output")
    with open_published(settings(context).home) as connection:
        result = _execute(connection, sql)
        if form is Format.PARQUET and output is not None:
            _write_parquet(result, output)
        elif output is not None:
            with output.open("w", encoding="utf-8", newline="") as file:
                _write(result, form, file)
        else:
            _write(result, form, sys.stdout)
    if output is not None:
        typer.echo(f"Written to {output}", err=True)


def _execute(connection: duckdb.DuckDBPyConnection, sql: str) -> duckdb.DuckDBPyConnection:
    import duckdb

    try:
        statements = connection.extract_statements(sql)
        if len(statements) == 1:
            return connection.execute(statements[0])
    except duckdb.Error as error:
        raise QueryFailed(
            where="the query",
            found="\n            ".join(line for line in str(error).splitlines() if line.strip()),
            expected="one SELECT on tables of the schemas marts and quality; a published version is never changed",
            action=_advice(connection, str(error)),
        ) from error
    raise QueryFailed(
        where="the query",
        found=f"{len(statements)} statements" if statements else "no statement",
        expected="one SELECT: one question has one result",
        action="Ask for one thing at a time, for instance: sala query 'select * from officers_trained limit 5'",
    )


def _advice(connection: duckdb.DuckDBPyConnection, message: str) -> str:
    """Return which table was meant, when it was a table that is not there."""
    missing = re.search(r"Table with name (\S+) does not exist", message)
    if not missing:
        return "Mend the query; `describe marts.officers_trained` lists the columns of a table"
    found = connection.execute("select table_schema || '.' || table_name from information_schema.tables").fetchall()
    tables = {str(name) for (name,) in found}
    same_name = sorted(name for name in tables if name.split(".")[1] == missing[1].split(".")[-1])
    return f"did you mean '{same_name[0]}'?" if same_name else did_you_mean(missing[1], tables)


def _rows(result: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    while rows := result.fetchmany(BATCH):
        yield from rows


def _columns(result: duckdb.DuckDBPyConnection) -> list[str]:
    return [column[0] for column in result.description or ()]


def _write(result: duckdb.DuckDBPyConnection, form: Format, file: Any) -> None:
    names = _columns(result)
    if form is Format.TABLE:
        _write_table(result, names, file)
    elif form is Format.CSV:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(names)
        writer.writerows(_rows(result))
    else:
        separator = "[\n"
        names = _unique(names)
        for row in _rows(result):
            item = json.dumps(
                dict(zip(names, map(_finite, row), strict=True)),
                ensure_ascii=False,
                default=screen.plain,
                allow_nan=False,
            )
            file.write(f"{separator}  {item}")
            separator = ",\n"
        file.write("[]\n" if separator == "[\n" else "\n]\n")


def _unique(names: list[str]) -> list[str]:
    """Return the names with a number added to those that came before: a JSON object has each key once."""
    unique: list[str] = []
    for name in names:
        candidate, number = name, 2
        while candidate in unique:
            candidate, number = f"{name}_{number}", number + 1
        unique.append(candidate)
    return unique


def _finite(value: Any) -> Any:
    """Return the value with null for what is not a number: JSON has no word for it."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(key): _finite(item) for key, item in value.items()}
    return [_finite(item) for item in value] if isinstance(value, list | tuple) else value


def _write_table(result: duckdb.DuckDBPyConnection, names: list[str], file: Any) -> None:
    from rich.console import Console

    rows = result.fetchmany(SHOWN + 1)
    console = screen.out() if file is sys.stdout else Console(file=file, width=screen.PIPED_WIDTH)
    console.print(screen.table("", names, rows[:SHOWN]))
    if len(rows) > SHOWN:
        screen.err().print(f"Only the first {SHOWN} rows are shown; --format csv writes all of them.")


def _write_parquet(result: duckdb.DuckDBPyConnection, output: Path) -> None:
    import pyarrow.parquet as pq

    reader = result.to_arrow_reader(BATCH)
    with output.open("wb") as file, pq.ParquetWriter(file, reader.schema) as writer:
        for batch in reader:
            writer.write_batch(batch)
