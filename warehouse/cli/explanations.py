"""`sala explain`, `reproduce` and `compare-rules`: what stands behind a figure, and what another rule would count."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from warehouse.cli import figures, screen
from warehouse.cli.arguments import AsJson, parse_day, settings
from warehouse.cli.extracts import Funder, PeriodText

Code = Annotated[str | None, typer.Option(help="Only this code; unknown for those of whom nobody said.")]
From = Annotated[
    date | None, typer.Option("--from", parser=parse_day, metavar="YYYY-MM-DD", help="Trainings that ended since then.")
]
To = Annotated[date | None, typer.Option("--to", parser=parse_day, metavar="YYYY-MM-DD", help="And up to then.")]
Rule = Annotated[str, typer.Argument(metavar="AGREEMENT[@VERSION]", help="An agreement; without a version its last.")]


def explain(
    context: typer.Context,
    funder: Funder,
    period: PeriodText,
    indicator: Annotated[str, typer.Argument(help="Id of the indicator.")],
    province: Code = None,
    province_of_training: Code = None,
    module: Code = None,
    topic: Code = None,
    sex: Code = None,
    category: Code = None,
    unit: Code = None,
    partner: Code = None,
    cumulative: Annotated[bool, typer.Option("--cumulative", help="The cumulative figure.")] = False,
    auditor: Annotated[
        bool, typer.Option("--auditor", help="Without pseudonyms: officers are numbered within this answer.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show what a figure was counted from: officers, trainings, sessions, and file, sheet and row of each."""
    from warehouse import reporting

    cell = {
        "province_of_duty": province,
        "province_of_training": province_of_training,
        "module_id": module,
        "topic": topic,
        "sex": sex,
        "category": category,
        "unit_code": unit,
        "partner_id": partner,
    }
    named = {name: code for name, code in cell.items() if code is not None}
    window = "cumulative" if cumulative else "period"
    report = reporting.explain_figure(
        settings(context).home, funder, period, indicator, window, named, with_pseudonyms=not auditor
    )
    screen.print_json(report) if as_json else figures.explained(report)


def reproduce(
    context: typer.Context,
    manifest: Annotated[Path, typer.Argument(help="The manifest.json of an issue; sala extract list says where.")],
    as_json: AsJson = False,
) -> None:
    """Make an issue again from what was kept, and compare every byte with what was issued."""
    from warehouse import reporting

    with screen.progress(f"making {manifest} again"):
        report = reporting.reproduce_issue(settings(context).home, manifest)
    screen.print_json(report) if as_json else figures.reproduced(report)


def compare_rules(
    context: typer.Context,
    one: Rule,
    other: Rule,
    from_: From = None,
    to: To = None,
    as_json: AsJson = False,
) -> None:
    """Apply two agreements' rules to the same facts: how many officers differ, and why."""
    from warehouse import reporting

    report = reporting.compare_rules(
        settings(context).home, one, other, from_ or date(1900, 1, 1), to or date(9999, 1, 1)
    )
    screen.print_json(report) if as_json else figures.compared(report)
