"""`sala returns`: what partners get back of their deliveries, to mend."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from warehouse.cli import report, screen
from warehouse.cli.arguments import AsJson, settings
from warehouse.cli.exits import Exit
from warehouse.store.home import Home

if TYPE_CHECKING:
    from warehouse.returns.run import Written

LABEL = "returns: marking what partners have to mend"


def returns(
    context: typer.Context,
    partner: Annotated[str | None, typer.Argument(help="Only this partner's.")] = None,
    as_json: AsJson = False,
) -> None:
    """Write the return packs that are missing, deliver them where a contract says so, and list them all."""
    packs = give_back(settings(context).home, partner)
    screen.print_json({"packs": packs}) if as_json else report.given_back(packs)
    raise typer.Exit(Exit.FINDINGS if any(pack["error"] for pack in packs) else Exit.OK)


def give_back(home: Home, partner: str | None = None) -> list[dict[str, Any]]:
    """Write and deliver packs, with each new one told on a terminal, and return all that there are."""
    from warehouse import reporting
    from warehouse.connectors.connection import from_environment

    console = screen.err()

    def tell(pack: Written) -> None:
        if console.is_terminal and pack.outcome != "kept":
            line = f"{pack.summary['partner']} {pack.summary['file']}: {pack.outcome}"
            console.print(line, markup=False, soft_wrap=True)

    with screen.progress(LABEL):
        return reporting.give_back(home, from_environment, datetime.now(UTC), partner, tell)
