"""Options every command has, accepted before and after its name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from warehouse.store.here import day_here
from warehouse.store.home import Home

WITH_VALUE = ("--home", "--contracts")
FLAGS = ("--debug",)
EPILOG = "--home, --contracts and --debug are accepted by every command, before or after its name."


@dataclass(frozen=True)
class Settings:
    """What the global options say."""

    home: Home
    debug: bool


def settings(context: typer.Context) -> Settings:
    """Return what the global options said."""
    found = context.find_object(Settings)
    if found is None:
        raise RuntimeError("the application's callback did not run")
    return found


def global_options_first(words: Sequence[str]) -> list[str]:
    """Return the words with the global options moved before the command's name.

    People type `sala run --home x` as well as `sala --home x run`. Words after `--` are left alone.
    """
    end = words.index("--") if "--" in words else len(words)
    first: list[str] = []
    rest: list[str] = []
    position = 0
    while position < end:
        word = words[position]
        takes_next = word in WITH_VALUE and position + 1 < end
        if word in FLAGS or word in WITH_VALUE or word.startswith(tuple(f"{name}=" for name in WITH_VALUE)):
            first += words[position : position + 1 + takes_next]
        else:
            rest.append(word)
        position += 1 + takes_next
    return [*first, *rest, *words[end:]]


def parse_day(text: str) -> date:
    """Return the day of an ISO date.

    Raises:
        typer.BadParameter: When it is not one.
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a day such as 2024-12-31") from None


def today() -> date:
    """Return the day in Cambodia, which figures are for when nobody says otherwise; no transform looks at a clock."""
    return day_here(datetime.now(UTC))


AsJson = Annotated[bool, typer.Option("--json", help="Report as one JSON document on standard output.")]
AsOf = Annotated[
    date | None,
    typer.Option(
        "--as-of",
        parser=parse_day,
        metavar="YYYY-MM-DD",
        help="The day the figures are for. (default: today in Cambodia)",
    ),
]
HomeOption = Annotated[
    Path | None,
    typer.Option("--home", envvar="SALA_HOME", help="Folder of all data. (default: ./var)", show_default=False),
]
ContractsOption = Annotated[
    Path | None,
    typer.Option(
        "--contracts",
        envvar="SALA_CONTRACTS",
        help="Folder of partner contracts. (default: expectations/partners)",
        show_default=False,
    ),
]
