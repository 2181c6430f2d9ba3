"""`sala identity decide` and `sala identity decisions`: what reviewers decided about pairs of persons."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from warehouse.cli import screen
from warehouse.cli.arguments import EPILOG, AsJson, settings
from warehouse.cli.review import SHOWN

if TYPE_CHECKING:
    from warehouse.identity.decisions import Decision
    from warehouse.store.home import Home

app = typer.Typer(help="What reviewers decided about pairs of persons.", epilog=EPILOG, no_args_is_help=True)

Two = tuple[str, str]
Who = Annotated[str, typer.Option("--who", help="Name or role of the reviewer.")]
TAKES_EFFECT = "It takes effect when persons are identified next: sala run"


@app.callback()
def decisions() -> None:
    """What reviewers decided about pairs of persons."""


def decide(
    context: typer.Context,
    who: Who,
    why: Annotated[str, typer.Option("--why", help="The reason, without a name, number or address of the person.")],
    same: Annotated[Two | None, typer.Option("--same", metavar="REF REF", help="They are one officer.")] = None,
    not_same: Annotated[Two | None, typer.Option("--not-same", metavar="REF REF", help="They are two.")] = None,
    undecided: Annotated[
        Two | None, typer.Option("--undecided", metavar="REF REF", help="Take it back: the model decides.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say that two persons are the same officer or are not; REF is a person_ref or an officer key, or its beginning."""
    from warehouse.identity import decision_rules, references, review
    from warehouse.identity.decisions import in_force, read_decisions, record_decisions

    said = {decision_rules.SAME: same, decision_rules.NOT_SAME: not_same, decision_rules.UNDECIDED: undecided}
    given = [(verdict, two) for verdict, two in said.items() if two]
    if len(given) != 1:
        raise typer.BadParameter("exactly one of --same, --not-same and --undecided, each with two references")
    ((verdict, two),) = given
    home = settings(context).home
    crosswalk = review.read_crosswalk(home)
    left, right = (references.persons_of(crosswalk, word) for word in two)
    now = datetime.now(UTC).replace(microsecond=0)
    former = in_force(read_decisions(home))
    taken = references.decisions_between(left, right, verdict, (who, why, now), former)
    added = record_decisions(home, taken)
    if as_json:
        screen.print_json({"decided": [_shown(each) for each in added], "file": str(home.decisions)})
    else:
        _tell_added(home, len(added), "That is what holds already: nothing was added.")


@app.command("list", epilog=EPILOG)
def list_decisions(
    context: typer.Context,
    history: Annotated[bool, typer.Option("--history", help="Superseded ones too.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the decisions in force, in the order in which they were taken."""
    from warehouse.identity.decisions import in_force, load_decisions, read_decisions

    home = settings(context).home
    load_decisions(home)  # says so when they contradict each other
    every = read_decisions(home)
    last = in_force(every)
    shown = [each for each in every if history or last[each.pair] is each]
    if as_json:
        screen.print_json([_shown(each) | {"in_force": last[each.pair] is each} for each in shown])
    elif shown:
        columns = ["line", "left", "right", "verdict", "who", "when", "why", *(["in force"] if history else [])]
        rows = [
            [each.line, each.left[:SHOWN], each.right[:SHOWN], *each.as_fields()[2:]]
            + ([last[each.pair] is each] if history else [])
            for each in shown
        ]
        screen.out().print(screen.table("", columns, rows, spare=["when"]))
    else:
        screen.out().print("Nothing was decided yet: sala identity review")


@app.command("export", epilog=EPILOG)
def export_book(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="The workbook to write; an existing file is never overwritten.")],
    limit: Annotated[int, typer.Option("--limit", min=0, help="Pairs to review, those that matter most first.")] = 200,
    as_json: AsJson = False,
) -> None:
    """Write the pairs to review and the decisions in force into a workbook, without a name or a number of anybody."""
    from warehouse.identity import decision_book, evidence, handing_out, shown

    home = settings(context).home
    rows = shown.book_rows(home, limit, lambda pairs: evidence.levels_at_hand(home, pairs))
    handing_out.write_new(file, decision_book.write_book(rows))
    decided = sum(bool(row["verdict"]) for row in rows)
    if as_json:
        screen.print_json({"file": str(file.absolute()), "to_review": len(rows) - decided, "decided": decided})
    else:
        told = f"{file}: {len(rows) - decided} pairs to review, {_counted(decided)} in force."
        screen.out().print(told, markup=False, soft_wrap=True)
        screen.out().print(f"Give it back with: sala identity decisions import {file}", markup=False, soft_wrap=True)


@app.command("import", epilog=EPILOG)
def import_book(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="The workbook, filled in.")],
    who: Annotated[str, typer.Option("--who", help="The reviewer, for rows that name none.")] = "",
    as_json: AsJson = False,
) -> None:
    """Take the decisions of a workbook, all or none; rows as they were exported are none."""
    from warehouse.identity.decision_book import read_book
    from warehouse.identity.decisions import read_decisions, record_decisions
    from warehouse.identity.review import read_crosswalk

    home = settings(context).home
    known = frozenset(read_crosswalk(home)["person_ref"])
    now = datetime.now(UTC).replace(microsecond=0)
    added = record_decisions(home, read_book(file, read_decisions(home), known, who, now))
    if as_json:
        screen.print_json({"decided": [_shown(each) for each in added], "file": str(home.decisions)})
    else:
        _tell_added(home, len(added), "Nothing in the workbook is new: nothing was added.")


def _shown(each: Decision) -> dict[str, Any]:
    from warehouse.identity.decision_rules import COLUMNS

    return dict(zip(COLUMNS, each.as_fields(), strict=True)) | {"line": each.line}


def _tell_added(home: Home, number: int, nothing: str) -> None:
    if not number:
        screen.out().print(nothing)
        return
    screen.out().print(f"{_counted(number)} added to {home.decisions}.", markup=False, soft_wrap=True)
    screen.out().print(TAKES_EFFECT)


def _counted(number: int) -> str:
    return f"{number} decision{'' if number == 1 else 's'}"
