"""`sala demo`: see the whole way of the data once, on invented samples."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import typer
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from warehouse.cli import figures, screen
from warehouse.cli.arguments import AsJson, settings

if TYPE_CHECKING:
    from warehouse.demo import Demonstration, TaskEnded
    from warehouse.store.home import Home

SHOWN = 15  # rows of the province and module table; the query for the rest is printed below it


def demo(context: typer.Context, as_json: AsJson = False) -> None:
    """Sample exports in, published warehouse out, through the real Airflow DAGs."""
    home = settings(context).home
    result = _run(home)
    if as_json:
        screen.print_json(dataclasses.asdict(result))
    else:
        show(home, result)


def _run(home: Home) -> Demonstration:
    from warehouse import demo as demonstration

    console = screen.err()
    last: list[TaskEnded] = []

    def on_step(label: str) -> None:
        progress.update(bar, description=label)
        if not console.is_terminal:
            _tell_dag(last, None)
            print(label, file=sys.stderr, flush=True)

    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(pulse_style="cyan"), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        bar = progress.add_task("Airflow: starting", total=None)
        ended = 0

        def on_task(task: TaskEnded) -> None:
            nonlocal ended
            ended += 1
            held = f" ({task.error}: held, as planted)" if task.state == "failed" else ""
            if not console.is_terminal:
                _tell_dag(last, task)
            progress.update(bar, description=f"Airflow: {ended} tasks, {task.dag} › {task.task} {task.state}{held}")

        return demonstration.run(home, on_task, on_step)


def _tell_dag(tasks: list[TaskEnded], task: TaskEnded | None) -> None:
    """Print a line when the DAG of the tasks so far has ended, which the first task of another one shows."""
    if tasks and (task is None or task.dag != tasks[0].dag):
        failed = sum(ended.state == "failed" for ended in tasks)
        held = f", {failed} of them red for a file that is held, as planted" if failed else ""
        seconds = sum(ended.seconds for ended in tasks)
        print(f"{tasks[0].dag}: {len(tasks)} tasks ended in {seconds:.0f} s{held}", file=sys.stderr, flush=True)
        tasks.clear()
    tasks += [task] if task else []


def show(home: Home, result: Demonstration) -> None:
    """Print the figures of a demonstration as tables."""
    _show_officers(result)
    _show_identity(result)
    _show_programmes(result)
    _show_files(result)
    _show_packs(result)
    _show_extracts(result)
    screen.out().print(f"\nPublished: {result.version}. Where to look next (SALA_HOME={home.root}):")
    for line in (
        "sala status                                   files, refusals, freshness",
        'sala query "select * from marts.training_gaps limit 20"',
        'sala query "select * from quality.refused_rows limit 20"',
        "sala returns                                  what each partner gets back to mend, and where it lies",
        "sala extract list                             what funders received, and where it lies",
        "sala explain canada-iom FY2013-Q3 persons_trained --sex female",
        "sala compare-rules canada-iom justice-fund",
        "sala identity review                          pairs of persons that are worth a decision",
        "docs/warehouse.md                             every table, and the questions analysts ask answered",
        f"{home.reports}/data_docs/index.html",
    ):
        screen.out().print("  " + line, markup=False, soft_wrap=True)


def _show_officers(result: Demonstration) -> None:
    total = result.officers_total
    _print_table("Officers trained per province of duty and module", result.officers_trained[:SHOWN])
    screen.out().print(
        f"… {len(result.officers_trained)} province and module pairs. All of Cambodia, each officer once: "
        f"{total['persons_reached']} reached, {total['persons_trained']} trained, "
        f"{total['person_trainings']} person-trainings, {total['completions']} completions, "
        f"{total['undecided']} undecided. Rows do not add up to it: people are never summed.\n"
    )


def _show_identity(result: Demonstration) -> None:
    counts = {(row["partner"], row["population"]): row for row in result.different_officers}
    different = [
        {
            "partner": partner,
            "officers reached": row["persons_reached"],
            "strict - lenient": _bounds(row, "persons_reached"),
            "persons reached": counts[partner, "all"]["persons_reached"],
            "strict - lenient ": _bounds(counts[partner, "all"], "persons_reached"),
        }
        for (partner, population), row in counts.items()
        if population == "officers"
    ]
    _print_table("Different officers and persons, each counted once", different)
    screen.out().print()
    overlap = [
        {
            "partner": row["partner"],
            "other": row["other_partner"] or "",
            "of partner": row["persons_of_partner"],
            "of other": row["persons_of_other"],
            "in both": row["persons_in_both"],
            "strict - lenient": _bounds(row, "persons_in_both"),
            "sum": row["persons_sum"],
            "maximum": row["persons_maximum"],
            "true union": row["persons_union"],
        }
        for row in result.overlap
    ]
    _print_table("Who stands in the lists of two partners", overlap)
    everybody = result.overlap[-1]
    screen.out().print(
        f"Adding up the partners' lists would give {everybody['persons_sum']} persons; they are "
        f"{everybody['persons_union']}, of whom {everybody['persons_in_both']} stand in several partners' lists. "
        "Who stands in a list counts here, who came at least once is reached.\n"
    )


def _bounds(row: dict[str, Any], count: str) -> str:
    return f"{row[f'{count}_strict']} - {row[f'{count}_lenient']}"


def _show_programmes(result: Demonstration) -> None:
    _print_table("The programmes", [dict(list(row.items())[:-1]) for row in result.programmes])
    for row in result.programmes:
        if row["programme_id"] == "moj-asean-act-2023":
            screen.out().print(f"Provinces of duty at the judicial workshop: {row['provinces_of_duty_names']}\n")


def _show_files(result: Demonstration) -> None:
    _print_table("The file ledger", result.files, ["is active", "rows read", "rows repeated", "records counted"])
    held = sum(row["outcome"] == "held" for row in result.files)
    screen.out().print(f"{held} of {len(result.files)} files are held on purpose, which is why their runs are red.")


def _show_packs(result: Demonstration) -> None:
    if not result.packs:
        return
    screen.out().print()
    _print_table("What partners get back to mend", result.packs)
    screen.out().print(
        "Each is the partner's own workbook, or one made of its rows, with every refused cell marked and explained in "
        f"English and Khmer: {result.places['returns']}",
        soft_wrap=True,
    )


def _show_extracts(result: Demonstration) -> None:
    for extract in result.extracts:
        screen.out().print()
        title = f"What {extract.funder} receives for {extract.period}: issue {extract.issue}"
        screen.out().print(figures.totals(title, extract.totals))
        figures.restated(extract.restated)
        if extract.reproduced:
            figures.reproduced(extract.reproduced)


def _print_table(title: str, rows: list[dict[str, Any]], spare: Sequence[str] = ()) -> None:
    names = [name.replace("_", " ") for name in rows[0]]
    screen.out().print(screen.table(title, names, [row.values() for row in rows], spare))
