"""`sala extract`: what a funder receives, from draft to issue."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from warehouse.cli import figures, screen
from warehouse.cli.arguments import EPILOG, AsJson, settings
from warehouse.cli.exits import Exit
from warehouse.store.home import Home

Funder = Annotated[str, typer.Argument(help="Id of the agreement, as sala agreement list shows it.")]
PeriodText = Annotated[str, typer.Argument(metavar="PERIOD", help="Such as FY2013-Q3.")]
Number = Annotated[int | None, typer.Argument(metavar="[ISSUE]", min=1, help="Its number. (default: the last one)")]
By = Annotated[str, typer.Option("--by", help="Who says so, as it is to stand in the record.")]


class DraftByDefault(TyperGroup):
    """`sala extract FUNDER PERIOD` drafts: what is no subcommand is a funder."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the command that the words name; `draft` where they name none."""
        return super().resolve_command(ctx, args if args[0] in self.commands else ["draft", *args])


app = typer.Typer(
    name="extract",
    cls=DraftByDefault,
    help="What a funder receives. sala extract FUNDER PERIOD drafts it; then approve, issue and deliver.",
    epilog=EPILOG,
    no_args_is_help=True,
)


@app.command(epilog=EPILOG)
def draft(context: typer.Context, funder: Funder, period: PeriodText, as_json: AsJson = False) -> None:
    """Compute the figures of a period from the published version and write them as a draft."""
    from warehouse import reporting

    with screen.progress(f"{funder} {period}: computing, protecting and writing the figures"):
        drafted = reporting.draft_extract(settings(context).home, funder, period, datetime.now(UTC))
    if as_json:
        screen.print_json(drafted)
    else:
        figures.drafted(drafted)


@app.command(epilog=EPILOG)
def approve(
    context: typer.Context,
    funder: Funder,
    period: PeriodText,
    issue: Number = None,
    by: By = "",
    note: Annotated[str, typer.Option("--note", help="What there is to say about it.")] = "",
    as_json: AsJson = False,
) -> None:
    """Approve a draft; nothing leaves before that."""
    from warehouse.extracts.issues import find_issue
    from warehouse.extracts.lifecycle import approve as approve_draft

    home, who = settings(context).home, _named(by)
    found = find_issue(home, funder, period, issue)
    approve_draft(home, found, who, datetime.now(UTC), note)
    _tell(home, funder, period, as_json)


@app.command(epilog=EPILOG)
def issue(
    context: typer.Context,
    funder: Funder,
    period: PeriodText,
    issue: Number = None,
    by: By = "",
    as_json: AsJson = False,
) -> None:
    """Issue what was approved: its figures enter the ledger of issued figures for good."""
    from warehouse import reporting

    reporting.issue_extract(settings(context).home, funder, period, issue, _named(by), datetime.now(UTC))
    _tell(settings(context).home, funder, period, as_json)


@app.command(epilog=EPILOG)
def deliver(context: typer.Context, funder: Funder, as_json: AsJson = False) -> None:
    """Send what was issued and has no receipt yet to the agreement's recipients."""
    from warehouse import reporting
    from warehouse.connectors.connection import from_environment

    with screen.progress(f"{funder}: delivering what was issued"):
        done = reporting.deliver_extracts(settings(context).home, funder, from_environment, datetime.now(UTC))
    if as_json:
        screen.print_json({"receipts": done})
        return
    columns: Sequence[str] = ("issue", "kind", "connection", "to", "attempt", "at")
    if done:
        screen.out().print(screen.table("Delivered", columns, [[row[column] for column in columns] for row in done]))
    else:
        screen.out().print("Everything that was issued has been delivered to everybody it is for.")


@app.command(epilog=EPILOG)
def audit(context: typer.Context, as_json: AsJson = False) -> None:
    """Attack everything ever issued with an exact solver: could a reader reckon what is hidden?"""
    from warehouse import reporting

    with screen.progress("reckoning between which bounds each hidden figure lies"):
        findings = reporting.audit_issued(settings(context).home)
    exposed = [finding for finding in findings if not finding["is_safe"]]
    if as_json:
        screen.print_json({"findings": findings})
    else:
        figures.attacked(findings, exposed)
    raise typer.Exit(Exit.FINDINGS if exposed else Exit.OK)


@app.command("list", epilog=EPILOG)
def list_issues(
    context: typer.Context,
    funder: Annotated[str | None, typer.Argument(help="Only this one's.")] = None,
    period: Annotated[str | None, typer.Argument(metavar="[PERIOD]", help="Only this period.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show every issue and how far it has come."""
    _tell(settings(context).home, funder, period, as_json)


def _named(by: str) -> str:
    if not by.strip():
        raise typer.BadParameter("say who: --by NAME", param_hint="--by")
    return by.strip()


def _tell(home: Home, funder: str | None, period: str | None, as_json: bool) -> None:
    from warehouse.extracts.issues import all_issues

    issues = [
        issue
        for issue in all_issues(home)
        if funder in (None, issue.manifest.funder) and period in (None, issue.manifest.period)
    ]
    rows: list[dict[str, Any]] = []
    for one in issues:
        manifest, last = one.manifest, one.event(one.state) or {}
        named = {"funder": manifest.funder, "period": manifest.period, "issue": manifest.issue, "state": one.state}
        origin = {"version": manifest.version, "agreement_version": manifest.agreement_version}
        rows.append({**named, "since": last.get("at"), "by": last.get("by"), **origin, "folder": str(one.folder)})
    if as_json:
        screen.print_json({"issues": rows})
        return
    columns: Sequence[str] = ("funder", "period", "issue", "state", "since", "by", "version", "folder")
    lines = [[row[column] for column in columns] for row in rows]
    if rows:
        screen.out().print(screen.table("Issues", columns, lines, spare=["version", "folder"]))
    else:
        screen.out().print("Nothing was drafted yet: sala extract FUNDER PERIOD")
