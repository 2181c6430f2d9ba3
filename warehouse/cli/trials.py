"""`sala bench`: measure it."""

from __future__ import annotations

from typing import Annotated

import typer

from warehouse.cli import screen
from warehouse.cli.arguments import AsJson, settings


def bench(
    context: typer.Context,
    rows: Annotated[int, typer.Option("--rows", min=1000, help="Attendance rows to generate.")] = 1_000_000,
    as_json: AsJson = False,
) -> None:
    """Measure the pipeline against bare DuckDB and against what people write with pandas."""
    from warehouse import benchmark

    result = benchmark.run(settings(context).home, rows=rows, as_json=as_json)
    if as_json:
        screen.print_json(result)
