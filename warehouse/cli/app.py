"""The application: global options and the list of commands."""

from __future__ import annotations

from typing import Annotated

import typer

from warehouse import __version__
from warehouse.cli import (
    agreements,
    contracts,
    demonstration,
    examine,
    explanations,
    extracts,
    identity,
    keys,
    look,
    query,
    returns,
    steps,
    trials,
    vault,
)
from warehouse.cli.arguments import EPILOG, ContractsOption, HomeOption, Settings
from warehouse.cli.exits import EXPLAINED
from warehouse.store.access import check_folder
from warehouse.store.home import Home

app = typer.Typer(
    name="sala",
    help="Partner exports that cannot be trusted in, counts of trained officers that can out.",
    epilog=f"{EPILOG} {EXPLAINED}",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"sala {__version__}")
        raise typer.Exit


@app.callback()
def sala(
    context: typer.Context,
    home: HomeOption = None,
    contracts: ContractsOption = None,
    debug: Annotated[bool, typer.Option("--debug", help="Show where in the program an error came from.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show it.")
    ] = False,
) -> None:
    """Partner exports that cannot be trusted in, counts of trained officers that can out."""
    context.obj = Settings(Home.from_environment(home, contracts), debug)
    check_folder(context.obj.home.root)


app.command(epilog=EPILOG)(demonstration.demo)
app.command(epilog=EPILOG)(examine.check)
app.command(epilog=EPILOG)(steps.run)
app.command(epilog=EPILOG)(steps.fetch)
app.command(epilog=EPILOG)(steps.ingest)
app.command(epilog=EPILOG)(returns.returns)
app.command(epilog=EPILOG)(steps.transform)
app.command(epilog=EPILOG)(steps.audit)
app.command(epilog=EPILOG)(steps.publish)
app.command(epilog=EPILOG)(look.status)
app.command(epilog=EPILOG)(query.query)
app.command(epilog=EPILOG)(look.where)
app.command(epilog=EPILOG)(trials.bench)
app.command(epilog=EPILOG)(explanations.explain)
app.command(epilog=EPILOG)(explanations.reproduce)
app.command("compare-rules", epilog=EPILOG)(explanations.compare_rules)
app.add_typer(extracts.app, name="extract")
app.add_typer(agreements.app, name="agreement")
app.add_typer(contracts.app, name="contract")
app.add_typer(keys.app, name="key")
app.add_typer(vault.app, name="vault")
app.add_typer(identity.app, name="identity")
