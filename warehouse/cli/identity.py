"""`sala identity`: who is the same officer."""

from __future__ import annotations

import typer

from warehouse.cli import decisions, evaluation, review, training
from warehouse.cli.arguments import EPILOG

app = typer.Typer(
    help="Who is the same officer: review, decide, train, evaluate.",
    epilog=EPILOG,
    no_args_is_help=True,
)


@app.callback()
def identity() -> None:
    """Who is the same officer: review, decide, train, evaluate."""


app.command(epilog=EPILOG)(review.review)
app.command(epilog=EPILOG)(decisions.decide)
app.command(epilog=EPILOG)(evaluation.evaluate)
app.command(epilog=EPILOG)(training.train)
app.add_typer(decisions.app, name="decisions")
