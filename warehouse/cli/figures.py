"""Extracts, explanations and comparisons for a person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from rich.tree import Tree

from warehouse.cli import screen

SHOWN = 20  # officers spelled out in an explanation; --json has them all
MARKS = {
    "suppressed": "too few to show",
    "withheld": "withheld",
    "not_applicable": "not applicable",
    "no_data": "no data",
}


def drafted(report: dict[str, Any]) -> None:
    """Print a draft: its totals, who sent nothing, what was hidden, what changed and why."""
    console = screen.out()
    said = "drafted" if report["is_new"] else "says the same already: nothing to draft"
    console.print(f"{report['funder']} {report['period']}: issue {report['issue']} {said} ({report['state']})")
    console.print(totals("", report["totals"]))
    for one in report["submissions"]:
        if one["state"] != "delivered":
            last = one["last_delivery"] or "never"
            console.print(f"  data gap  {one['partner']}: {one['state']}, last delivery {last}", markup=False)
    hidden = ", ".join(f"{number} {why}" for why, number in report["hidden"].items())
    console.print(f"  hidden    {hidden}", style="dim")
    restated(report["restated"])
    console.print(f"  {report['folder']}: {', '.join(report['files'])}", markup=False, soft_wrap=True, style="dim")
    if report["state"] == "draft":
        console.print(f"  next      sala extract approve {report['funder']} {report['period']} --by NAME", style="dim")


def totals(title: str, rows: Iterable[dict[str, Any]]) -> Any:
    """Return a table of an extract's totals, the period beside the cumulative figure."""
    by_indicator: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
    for row in rows:
        by_indicator[row["indicator"]][row["window"]] = row
    lines = []
    for indicator, windows in by_indicator.items():
        period, cumulative = windows["period"], windows["cumulative"]
        certain = [screen.plain(period[k]) for k in ("strict", "lenient") if period[k] is not None]
        lines.append(
            [
                indicator,
                period["unit"],
                *(_value(windows[window]) for window in ("period", "cumulative")),
                screen.plain(cumulative["target"]) if cumulative["target"] is not None else None,
                " - ".join(map(str, certain)) or None,
                period["undecided"],
            ]
        )
    columns = ["indicator", "unit", "period", "cumulative", "target", "strict - lenient", "undecided"]
    return screen.table(title, columns, lines, spare=["strict - lenient", "undecided"])


def restated(rows: list[dict[str, Any]], title: str = "Restated, with the causes") -> None:
    """Print how an issue differs from the one before, totals only, a line per cause."""
    changed = [row for row in rows if row["grouping"] == "total"]
    if not changed:
        return
    lines = [
        [
            row["indicator"],
            row["window"],
            screen.plain(row["before"]) if row["before"] is not None else MARKS.get(row["before_status"]),
            screen.plain(row["after"]) if row["after"] is not None else MARKS.get(row["after_status"]),
            row["cause"],
            screen.plain(row["amount"]) if row["amount"] is not None else None,
        ]
        for row in changed
    ]
    columns = ["indicator", "window", "issued before", "now", "cause", "by"]
    screen.out().print(screen.table(title, columns, lines))
    finer = len(rows) - len(changed)
    if finer:
        screen.out().print(f"  and {finer} finer figures, in the restatement sheet", style="dim")


def explained(report: dict[str, Any]) -> None:
    """Print a figure as a tree: officers, trainings, sessions with file, sheet and row."""
    cell = ", ".join(f"{name} {code}" for name, code in report["cell"].items()) or "total"
    head = f"{report['funder']} {report['period']} {report['indicator']} ({report['window']}, {cell})"
    tree = Tree(f"{head}: {report['persons']} persons, version {report['version']}")
    for officer in report["officers"][:SHOWN]:
        branch = tree.add(f"officer {officer['officer']}")
        for training in officer["trainings"]:
            verdict = {True: "completed", False: "not completed", None: "undecided"}[training["is_met"]]
            held = f"{training['programme_id']} {training['event_id']} {training['module_id']}"
            leaf = branch.add(f"{held}, ended {training['held_on']}: {verdict}")
            for session in training["sessions"]:
                place = f"{session['file_names']} {session['sheet'] or ''} row {session['row_number']}"
                when = f"{session['session_date']} session {session['session_number']} {session['status']}"
                leaf.add(f"{when}: {' '.join(place.split())} ({session['delivery_id'][:12]})")
    if len(report["officers"]) > SHOWN:
        tree.add(f"… and {len(report['officers']) - SHOWN} more: --json")
    screen.out().print(tree, markup=False)


def reproduced(report: dict[str, Any]) -> None:
    """Print that an issue came out the same, and what is no longer as it was all the same."""
    console = screen.out()
    files = report["files"]
    console.print(f"reproduced {report['issue']}: {sum(files.values())} of {len(files)} files the same, byte for byte")
    for differs in report["differs"]:
        console.print(f"  {differs}", markup=False, soft_wrap=True, style="dim")


def attacked(findings: list[dict[str, Any]], exposed: list[dict[str, Any]]) -> None:
    """Print how many hidden figures were attacked, and those whose bounds are too narrow."""
    console = screen.out()
    console.print(
        f"{len(findings)} hidden figures and differences attacked, {len(exposed)} could be reckoned narrowly."
    )
    for finding in exposed[:SHOWN]:
        place = f"{finding['funder']} {finding['period']} issue {finding['issue']}: {finding['what']}"
        console.print(f"  {place} between {finding['low']} and {finding['high']}: {finding['cell']}", markup=False)


def compared(report: dict[str, Any]) -> None:
    """Print two rules side by side: officers by both verdicts, and why they differ."""
    console = screen.out()
    one, other = report["one"], report["other"]
    console.print(f"{one} and {other}, trainings ended from {report['from']} to {report['to']}")
    columns = ["by " + one, "by " + other, "officers"]
    console.print(screen.table("", columns, [row.values() for row in report["verdicts"]]))
    if report["classes"]:
        columns = ["why", "by " + one, "by " + other, "officers"]
        console.print(screen.table("Why they differ", columns, [row.values() for row in report["classes"]]))
    console.print(f"{report['differ']} of {report['officers']} officers differ.")


def _value(row: dict[str, Any]) -> Any:
    return screen.plain(row["value"]) if row["status"] == "shown" else MARKS[row["status"]]
