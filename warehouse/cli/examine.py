"""`sala check`: every mistake in contracts and suites at once."""

from __future__ import annotations

import typer

from warehouse.cli import screen
from warehouse.cli.arguments import AsJson, settings
from warehouse.cli.exits import Exit


def check(context: typer.Context, as_json: AsJson = False) -> None:
    """Check contracts and suites; all mistakes are shown, each with what to do."""
    from warehouse.audit import load_suites, suite_mistakes
    from warehouse.contract import check_contracts
    from warehouse.contract.mistakes import count_of

    home = settings(context).home
    contracts, in_contracts = check_contracts(home.contracts)
    in_suites = suite_mistakes(home)
    mistakes = [*in_contracts, *in_suites]
    if as_json:
        screen.print_json({"contracts": [c.id for c in contracts], "mistakes": [m.as_dict() for m in mistakes]})
    elif mistakes:
        for mistake in mistakes:
            print(mistake.heading)
            for label, text in (("got", mistake.found), ("expected", mistake.expected), ("do this", mistake.action)):
                print(f"  {label:<9} {text}")
        print(f"\n{count_of(mistakes)}")
    else:
        promises = sum(len(suite.promises) for suite in load_suites(home))
        names = ", ".join(contract.id for contract in contracts)
        print(f"{len(contracts)} contracts ({names}) and {promises} promises to readers hold no mistake.")
    raise typer.Exit(Exit.FINDINGS if mistakes else Exit.OK)
