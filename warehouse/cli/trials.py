"""`sala bench`: measure it."""

from __future__ import annotations

from typing import Annotated

import typer

from warehouse.cli import screen
from warehouse.cli.arguments import AsJson, settings


def bench(
    context: typer.Context,
    rows: Annotated[int, typer.Option("--rows", min=1000, help="Attendance rows to generate.")] = 1_000_000,
    files: Annotated[
        int | None, typer.Option("--files", min=1, help="Over how many files. [default: 100,000 rows each]")
    ] = None,
    skip_pandas: Annotated[bool, typer.Option("--skip-pandas", help="Leave out pandas, which takes minutes.")] = False,
    extract: Annotated[bool, typer.Option("--extract", help="Also draft an extract of one period.")] = False,
    as_json: AsJson = False,
) -> None:
    """Measure the pipeline against bare DuckDB and against what people write with pandas."""
    from warehouse import benchmark

    result = benchmark.run(settings(context).home, rows, files, skip_pandas, extract, as_json)
    if as_json:
        screen.print_json(result)
