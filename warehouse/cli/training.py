"""`sala identity train`: estimates the identity model from invented persons whose truth is known."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from warehouse.cli import screen
from warehouse.cli.arguments import AsJson

SEEDS = (101, 102, 103)  # never those that `sala identity evaluate` judges with
APPEARANCES = 30_000


def train(
    version: Annotated[str, typer.Option("--version", help="Names the model in documents.")],
    output: Annotated[
        Path | None, typer.Option("--output", dir_okay=False, help="Where to write it. (default: the committed model)")
    ] = None,
    seed: Annotated[
        list[int] | None, typer.Option("--seed", min=0, help="Of the invented persons; repeatable.")
    ] = None,
    appearances: Annotated[int, typer.Option("--appearances", min=1000, help="Of each seed.")] = APPEARANCES,
    as_json: AsJson = False,
) -> None:
    """Estimate what each agreement weighs, and write the model file. Runs take their weights from it."""
    from warehouse.identity.model import MODEL_FILE
    from warehouse.identity.training import Sample
    from warehouse.identity.training import train as estimate
    from warehouse.population import appearances as invent

    seeds = tuple(seed or SEEDS)
    told = {"data": "standard mix of warehouse/population", "appearances": appearances, "seeds": list(seeds)}
    with screen.progress("estimating from invented persons"):
        lists = [invent(appearances, each) for each in seeds]
        samples = [Sample(each.persons, each.truth["true_person"].to_pylist()) for each in lists]
        model = estimate(samples, version, told)
    path = output or MODEL_FILE
    model.write(path)
    if as_json:
        screen.print_json({"version": model.version, "trained_on": model.trained_on, "file": str(path)})
    else:
        screen.out().print(
            f"Model {model.version} of {model.trained_on['pairs']:,} pairs written to {path}", soft_wrap=True
        )
