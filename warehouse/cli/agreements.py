"""`sala agreement`: what is agreed with funders, and the schema to write it by."""

from __future__ import annotations

from typing import Any

import typer

from warehouse.cli import screen
from warehouse.cli.arguments import EPILOG, AsJson, settings

app = typer.Typer(name="agreement", help="What funders are promised.", no_args_is_help=True)


@app.command("list", epilog=EPILOG)
def list_agreements(context: typer.Context, as_json: AsJson = False) -> None:
    """Show every agreement: its versions, from when, for which periods and with how many indicators."""
    from warehouse.contract.agreements import load_agreements

    rows: list[dict[str, Any]] = [
        {
            "funder": agreement.id,
            "name": agreement.name,
            "version": terms.version,
            "starts_on": terms.starts_on,
            "periods": terms.periods,
            "programmes": list(terms.programmes),
            "indicators": len(terms.indicators),
            "formats": list(terms.formats),
        }
        for agreement in load_agreements(settings(context).home.funders)
        for terms in agreement.versions
    ]
    if as_json:
        screen.print_json({"agreements": rows})
        return
    columns = ["funder", "name", "version", "starts_on", "periods", "indicators", "formats"]
    lines = [[", ".join(row[c]) if isinstance(row[c], list) else row[c] for c in columns] for row in rows]
    screen.out().print(screen.table("Agreements", columns, lines, spare=["name"]))


@app.command(epilog=EPILOG)
def schema() -> None:
    """Print the JSON Schema of an agreement; docs/schemas/agreement.schema.json is this text."""
    from warehouse.contract.agreements import json_schema

    screen.print_json(json_schema())
