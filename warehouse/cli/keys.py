"""`sala key`: the key of archive, vault and pseudonyms."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from warehouse.cli.arguments import EPILOG

app = typer.Typer(help="The key of archive, vault and pseudonyms.", epilog=EPILOG, no_args_is_help=True)


@app.callback()
def key() -> None:
    """The key of archive, vault and pseudonyms."""


@app.command(epilog=EPILOG)
def new(
    file: Annotated[Path, typer.Argument(help="Where to write it; an existing file is never overwritten.")],
) -> None:
    """Make a new key file, readable by its owner only. Keep it outside the home, and keep a copy."""
    from warehouse.store.keys import new_key_file

    new_key_file(file)
    typer.echo(f"A new key is in {file}. Set SALA_KEY_FILE={file.absolute()} and keep a copy in a safe place.")
