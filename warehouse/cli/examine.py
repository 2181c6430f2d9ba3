"""`sala check`: every mistake in contracts, agreements and suites at once."""

from __future__ import annotations

import typer

from warehouse.cli import screen
from warehouse.cli.arguments import AsJson, settings
from warehouse.cli.exits import Exit


def check(context: typer.Context, as_json: AsJson = False) -> None:
    """Check contracts, agreements and suites; all mistakes are shown, each with what to do."""
    from warehouse.audit import load_suites, suite_mistakes
    from warehouse.contract import check_contracts
    from warehouse.contract.agreements import check_agreements
    from warehouse.contract.mistakes import count_of
    from warehouse.extracts.known import known_names

    home = settings(context).home
    contracts, in_contracts = check_contracts(home.contracts)
    agreements, in_agreements = check_agreements(home.funders, known_names(home))
    in_suites = suite_mistakes(home)
    mistakes = [*in_contracts, *in_agreements, *in_suites]
    if as_json:
        usable = {"contracts": [c.id for c in contracts], "agreements": [a.id for a in agreements]}
        screen.print_json({**usable, "mistakes": [m.as_dict() for m in mistakes]})
    elif mistakes:
        for mistake in mistakes:
            print(mistake.heading)
            for label, text in (("got", mistake.found), ("expected", mistake.expected), ("do this", mistake.action)):
                print(f"  {label:<9} {text}")
        print(f"\n{count_of(mistakes)}")
    else:
        promises = sum(len(suite.promises) for suite in load_suites(home))
        names = ", ".join(contract.id for contract in contracts)
        funders = ", ".join(agreement.id for agreement in agreements)
        told = f"{len(contracts)} contracts ({names}), {len(agreements)} agreements ({funders})"
        print(f"{told} and {promises} promises to readers hold no mistake.")
    raise typer.Exit(Exit.FINDINGS if mistakes else Exit.OK)
