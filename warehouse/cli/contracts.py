"""`sala contract`: draft a contract from a sample, compare a delivery with it, try it out before anything is loaded."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from warehouse.cli import report, screen
from warehouse.cli.arguments import EPILOG, AsJson, settings
from warehouse.cli.exits import Exit

SHOWN = 12  # row numbers of a refusal; --json has all

app = typer.Typer(
    help="Bring in a partner: draft a contract from a sample, try it out, compare deliveries with it.",
    epilog=EPILOG,
    no_args_is_help=True,
)
Sample = Annotated[Path, typer.Argument(help="A file as the partner sends it.", show_default=False)]


@app.callback()
def contract() -> None:
    """Bring in a partner: draft a contract from a sample, try it out, compare deliveries with it."""


@app.command(epilog=EPILOG)
def draft(
    context: typer.Context,
    file: Sample,
    partner: Annotated[str | None, typer.Option("--partner", help="Its id. [default: the folder's name]")] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="The partner's folder. [default: <contracts>/<partner>]")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write a first contract from a sample export; what is doubtful is marked, and nothing personal is copied."""
    from warehouse.contract.loading import CONTRACT_FILE
    from warehouse.drafting.draft import draft_contract
    from warehouse.drafting.writing import contract_text, gaps, identifier_for, write_contract

    if partner is None and out is None:
        raise typer.BadParameter("name the partner, as in --partner legal-aid-centre", param_hint="--partner")
    identifier = identifier_for(partner, out)
    folder = out or settings(context).home.contracts / identifier
    with screen.progress("draft: looking at the sample"):
        made = draft_contract(file, identifier)
    text = contract_text(made)
    write_contract(folder / CONTRACT_FILE, text)
    doubts, left = list(made.doubts()), gaps(text)
    if as_json:
        screen.print_json({"contract": str(folder / CONTRACT_FILE), "doubts": doubts, "fill_in": left})
        return
    console = screen.out()
    console.print(f"draft      {folder / CONTRACT_FILE}", markup=False, soft_wrap=True)
    columns = f"{len(made.table.columns)} columns, {len(doubts)} doubts, {len(left)} places to fill in"
    console.print(f"           {columns}", style="dim")
    if doubts:
        console.print(screen.table("Doubts", ["place", "doubt"], [[d["place"], d["doubt"]] for d in doubts]))
    for gap in left:
        console.print(f"  fill in  {gap}", markup=False, soft_wrap=True)


@app.command(epilog=EPILOG)
def diff(
    context: typer.Context,
    partner: Annotated[str, typer.Argument(help="Whose contract.", show_default=False)],
    file: Sample,
    as_json: AsJson = False,
) -> None:
    """Compare a delivery with the contract and with the delivery before it; nothing is loaded."""
    from warehouse.contract import check_contracts, find
    from warehouse.drafting.difference import compare, would_hold
    from warehouse.store import ledger

    home = settings(context).home
    with screen.progress("diff: looking at the file"):
        known = find(check_contracts(home.contracts)[0], partner)
        changes = [*compare(known, file, ledger.read_all(home)), *would_hold(home, known, file)]
    if as_json:
        screen.print_json({"partner": partner, "differences": [change.as_dict() for change in changes]})
    elif changes:
        rows = [[change.kind, change.column, change.found, change.nearest] for change in changes]
        screen.out().print(screen.table("", ["what", "column", "found", "nearest entry"], rows))
    else:
        print(f"The file is as the contract of {partner} says.")
    raise typer.Exit(Exit.FINDINGS if changes else Exit.OK)


@app.command("try", epilog=EPILOG)
def try_(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="The partner's folder, with its contract.", show_default=False)],
    files: Annotated[list[Path], typer.Argument(help="Files as the partner sends them.", show_default=False)],
    as_json: AsJson = False,
) -> None:
    """Show what would be accepted and refused, and why, before anything is loaded."""
    from warehouse.drafting.trial import try_contract

    with screen.progress("try: ingesting into a home that is removed again"):
        results = try_contract(settings(context).home, folder, files)
    if as_json:
        screen.print_json(results)
    else:
        for result in results:
            _show(result)
    raise typer.Exit(Exit.FINDINGS if any(r["outcome"] == "held" for r in results) else Exit.OK)


def _show(result: dict[str, Any]) -> None:
    console = screen.out()
    kinds = ("read", "accepted", "refused", "repeated", "set_aside")
    numbers = ", ".join(f"{result[f'rows_{kind}']} {kind.replace('_', ' ')}" for kind in kinds)
    console.print(f"\n{result['file']}: {result['outcome']}; rows: {numbers}", markup=False, style="bold")
    rows = [[r["rule"], r["header"], r["rows"], _places(r["places"]), r["message"]] for r in result["refusals"]]
    if rows:
        console.print(screen.table("", ["rule", "column", "rows", "in row", "what the partner is told"], rows))
    for found in result["dates"]:
        console.print(f"  dates    {_date_in_words(found)}", markup=False, soft_wrap=True)
    for warning in result["warnings"]:
        console.print(f"  warning  {warning['rule']}: {warning['rows_failed']} rows", markup=False, soft_wrap=True)
    for note in result["notes"]:
        console.print(f"  note     {note}", markup=False, soft_wrap=True)
    for change in result["drift"]:
        console.print(f"  drift    {change['found']}", markup=False, soft_wrap=True)
    report.problems([result["error"]])


def _places(places: Sequence[dict[str, Any]]) -> str:
    """Return row numbers as a person names them, the sheet before its rows."""
    parts = []
    for place in places:
        numbers = ", ".join(map(str, place["rows"][:SHOWN])) + (" …" if len(place["rows"]) > SHOWN else "")
        parts.append(f"{place['sheet']}: {numbers}" if place["sheet"] else numbers)
    return "; ".join(parts)


def _date_in_words(found: dict[str, Any]) -> str:
    name = f"'{found['header']}'" if found["header"] else found["column"]
    decides = found["supporting"] + found["contradicting"]
    sure = f"{found['sure_percent']} in 100 deciding cells" if decides else "no cell decides"
    if decides and found["how"] == "declared":
        sure = "no other way is declared"
    return f"{name} read as {found['reading']} ({found['how']}, {sure}; {found['cells']} cells)"
