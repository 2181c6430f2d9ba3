"""`sala identity evaluate`: the resolver judged on invented lists whose truth is known."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from warehouse.cli import screen
from warehouse.cli.arguments import AsJson

COLUMNS = {  # of the table, and what they show of a row
    "data": "data",
    "method": "method",
    "lists": "appearances",
    "persons": "persons",
    "precision %": "precision",
    "recall %": "recall",
    "F1 %": "f1",
    "headcount": "headcount",
    "error %": "headcount_error",
    "strict": "strict_headcount",
    "lenient": "lenient_headcount",
    "siblings": "sibling_pairs",
    "merged": "siblings_merged",
    "seconds": "seconds",
}
SPARE = ("F1 %", "headcount", "strict", "lenient", "siblings", "seconds")
CLASS_COLUMNS = ("class", "appearances", "true_pairs", "missed_pairs", "recall", "wrong_pairs", "precision")
SHARES = ("precision", "recall", "f1", "headcount_error")


def evaluate(
    seed: Annotated[int, typer.Option("--seed", min=0, help="Of the invented persons.")] = 3,
    appearances: Annotated[
        int | None,
        typer.Option(
            "--appearances", min=100, max=10_000_000, help="One size only. (default: 30,000, then 3,000 and 10,000)"
        ),
    ] = None,
    scale: Annotated[
        bool, typer.Option("--scale", help="Also resolve a million appearances, then add a thousand: time and memory.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Measure identity resolution on invented lists whose truth is known, beside simple methods, and on FEBRL 3."""
    from warehouse import evaluation

    sizes = (appearances,) if appearances else evaluation.SIZES
    with screen.progress("resolving invented persons"):
        rows = evaluation.evaluate(evaluation.resolver(), sizes, seed)
    if scale:
        with screen.progress("resolving a million appearances"):
            rows.append(evaluation.measure_scale(seed=seed))
    if as_json:
        screen.print_json(rows)
        return
    _show(rows)


def _show(rows: list[dict[str, Any]]) -> None:
    """Print the table of all rows, then what is behind the first."""
    console, first = screen.out(), rows[0]
    measured = [row for row in rows if "note" not in row]
    cells = [[_cell(row, key) for key in COLUMNS.values()] for row in measured]
    console.print(screen.table("Known truth", list(COLUMNS), cells, SPARE))
    for row in rows:
        if "note" in row:
            console.print(f"{row['data']}: {row['note']}")
    title = f"\nErrors that remain, of {first['appearances']:,} appearances; a pair may be of several classes"
    classes = [[_cell(row, key) for key in CLASS_COLUMNS] for row in first["classes"]]
    console.print(screen.table(title, [_headed(key) for key in CLASS_COLUMNS], classes, ("appearances",)))
    lines = [[size, true, first["cluster_sizes"][size]] for size, true in first["true_sizes"].items()]
    console.print(screen.table("\nAppearances per person", ["appearances", "persons in truth", "found"], lines))
    console.print()
    for sentence in _sentences(rows):
        console.print(sentence)


def _cell(row: dict[str, Any], key: str) -> Any:
    value = row.get(key)
    return round(100 * value, 2) if key in SHARES and value is not None else value


def _headed(key: str) -> str:
    return f"{key} %" if key in SHARES else key.replace("_", " ")


def _sentences(rows: list[dict[str, Any]]) -> Iterator[str]:
    """Yield the verdict on the targets, and what a million cost where that was measured."""
    first, last = rows[0], rows[-1]
    missed = [name.replace("_", " ") for name, met in first["targets_met"].items() if not met]
    inside = "inside" if first["within_bounds"] else "outside"
    yield (
        f"The true headcount, {first['persons']:,}, is {inside} the bounds: "
        f"{first['lenient_headcount']:,} to {first['strict_headcount']:,}."
    )
    targets = "precision ≥ 98 %, recall ≥ 92 %, headcount within 1.5 % and the bounds, at most 1 in 50 siblings merged"
    yield f"Targets ({targets}): " + ("all met." if not missed else f"missed: {', '.join(missed)}.")
    if "added_share" in last:
        yield (
            f"Resolving {last['appearances'] - last['added']:,} appearances took {last['seconds']:,} s and "
            f"{last['peak_mib']:,} MiB at most; adding {last['added']:,} took {last['added_seconds']:,} s, "
            f"{100 * last['added_share']:.1f} % of that, and {last['added_peak_mib']:,} MiB at most."
        )
