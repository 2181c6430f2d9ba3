"""`sala demo`: see the whole way of the data once, on invented samples."""

from __future__ import annotations

import dataclasses
import sys
from typing import TYPE_CHECKING

import typer
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from warehouse.cli import screen
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
        _show(home, result)


def _run(home: Home) -> Demonstration:
    from warehouse import demo as demonstration

    console = screen.err()
    last: list[TaskEnded] = []
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

        result = demonstration.run(home, on_task)
    if last:
        _tell_dag(last, None)
    return result


def _tell_dag(tasks: list[TaskEnded], task: TaskEnded | None) -> None:
    """Print a line when the DAG of the tasks so far has ended, which the first task of another one shows."""
    if tasks and (task is None or task.dag != tasks[0].dag):
        held = sum(ended.state == "failed" for ended in tasks)
        seconds = sum(ended.seconds for ended in tasks)
        said = f"{tasks[0].dag}: {len(tasks)} tasks ended, {held} failed, {seconds:.0f} s"
        print(said, file=sys.stderr, flush=True)
        tasks.clear()
    tasks += [task] if task else []


def _show(home: Home, result: Demonstration) -> None:
    out = screen.out()
    shown = result.officers_trained[:SHOWN]
    total = result.officers_total
    out.print(
        screen.table(
            "Officers trained per province of duty and module",
            [name.replace("_", " ") for name in shown[0]],
            [row.values() for row in shown],
        )
    )
    out.print(
        f"… {len(result.officers_trained)} province and module pairs. All of Cambodia, each officer once: "
        f"{total['persons_reached']} reached, {total['persons_trained']} trained, "
        f"{total['person_trainings']} person-trainings, {total['completions']} completions, "
        f"{total['undecided']} undecided. Rows do not add up to it: people are never summed.\n"
    )
    programmes = [list(row.values())[:-1] for row in result.programmes]
    names = [name.replace("_", " ") for name in list(result.programmes[0])[:-1]]
    out.print(screen.table("The programmes", names, programmes))
    for row in result.programmes:
        if row["programme_id"] == "moj-asean-act-2023":
            out.print(f"Provinces of duty at the judicial workshop: {row['provinces_of_duty_names']}\n")
    files = [row.values() for row in result.files]
    names = [name.replace("_", " ") for name in result.files[0]]
    spare = ["is active", "rows read", "rows repeated", "records counted"]
    out.print(screen.table("The file ledger", names, files, spare))
    held = sum(row["outcome"] == "held" for row in result.files)
    out.print(f"{held} of {len(result.files)} files are held on purpose, which is why their runs are red.")
    out.print(f"\nPublished: {result.version}. Where to look next (SALA_HOME={home.root}):")
    for line in (
        "sala status                                   files, refusals, freshness",
        'sala query "select * from marts.training_gaps limit 20"',
        'sala query "select * from quality.refused_rows limit 20"',
        "docs/warehouse.md                             every table, and ten questions answered",
        f"{home.reports}/data_docs/index.html",
    ):
        out.print("  " + line, markup=False, soft_wrap=True)
