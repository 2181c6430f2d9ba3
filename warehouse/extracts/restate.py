"""Why a figure would be issued differently now: the figures of each world between then and now, one after another.

A world is built again only where something in it differs from the one before, and the last that differs is now: its
figures are known. So one late file costs nothing, and two causes one replay.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from warehouse.contract.agreement import Agreement, Terms
from warehouse.contract.agreements import parse
from warehouse.contract.periods import find_period
from warehouse.extracts.differences import Stand, differences
from warehouse.extracts.figures import SCHEMAS
from warehouse.extracts.issues import Issue
from warehouse.extracts.preparing import Basis, Request, count
from warehouse.extracts.worlds import DELIVERIES_FILE, End, World, compose, worlds
from warehouse.store import snapshots
from warehouse.store.database import open_figures
from warehouse.store.home import Home
from warehouse.store.snapshots import Snapshot, SnapshotMissing
from warehouse.transform.compiled import Models, read_models
from warehouse.transform.replay import MARTS, replay

Counted = Callable[[World, Path], pa.Table]
READ_BESIDE = frozenset({"dim_event", "dim_partner", "dim_person_category"})  # by parameters and submissions
ERASED, UNEXPLAINED = "erased_person", "unexplained"
# What of the inputs may move a figure; the rest (how often a file came, what an audit found) may differ freely.
_TELLING = {"crosswalk": ["person_ref", "officer_key"], "deliveries": ["delivery_id", "partner_id", "delivered_at"]}
_SILENT = frozenset({"validations", "partners"})
# What of the terms moves none: where and how it is sent, and what the figure is held against.
_NO_RULE = frozenset({"version", "starts_on", "formats", "hxl", "iati", "recipients", "calendar", "disclosure"})
_NO_RULE_OF_ONE = frozenset({"code", "name", "definition", "baseline", "target", "period_targets"})


def restate(
    home: Home, before: Issue, request: Request, basis: Basis, snapshot: Snapshot, figures: pa.Table
) -> pa.Table:
    """Return how figures differ from what was issued before, and why.

    Args:
        home: Where everything lies.
        before: The issue they are compared with.
        request: What is issued now.
        basis: What it is computed from.
        snapshot: What that version was built from.
        figures: As they would leave now: what is suppressed is empty.

    Returns:
        A table of the schema RESTATED_FIGURES; without rows where nothing differs.

    Raises:
        ReplayFailed: A world between the two cannot be built.
    """
    manifest = before.manifest
    agreement: Agreement = parse(before.agreement_text())
    first = Stand("", before.result(), agreement.version(manifest.agreement_version))
    try:
        kept = snapshots.named(home, manifest.snapshot)
    except SnapshotMissing:
        path = [first, Stand(UNEXPLAINED, figures, request.terms)]  # what it was made from is lost
    else:
        then = End(kept, read_models(kept.models), manifest.code_fingerprint, agreement, first.terms)
        now = End(snapshot, basis.models, basis.code, request.agreement, request.terms)
        counted = partial(figures_of, period=request.period.id)
        path = [first, *between(home, then, now, figures, counted)]
    return differences(path, manifest.funder, manifest.period, manifest.issue, request.issue)


def between(home: Home, then: End, now: End, figures: pa.Table, counted: Counted) -> Iterator[Stand]:
    """Yield the figures after each cause that there is, the last of which are those of now.

    Args:
        home: Whose scratch folder is used.
        then: What was issued from.
        now: What would be issued from.
        figures: What would be issued.
        counted: Returns the figures of a world that is laid out in a folder.
    """
    folder = home.scratch / f"worlds-{secrets.token_hex(4)}"
    try:
        path = [(world, compose(world, folder / (world.cause or "then"))) for world in worlds(then, now)]
        steps = [latter for former, latter in pairwise(path) if _differ(former, latter)]
        if lost := _lost(then):
            yield Stand(lost, counted(*path[0]), then.terms)
        for world, inputs in steps[:-1]:
            yield Stand(world.cause, counted(world, inputs), world.terms)
        # Where nothing differs, nothing should have come of it; what has is not passed over.
        yield Stand(steps[-1][0].cause if steps else UNEXPLAINED, figures, now.terms)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _lost(then: End) -> str | None:
    """Return why what was issued cannot be built again to the figure, so that this is a step of its own."""
    if then.snapshot.erasures:
        return ERASED
    return UNEXPLAINED if then.snapshot.about()["libraries"]["duckdb"] != duckdb.__version__ else None


def _differ(former: tuple[World, Path], latter: tuple[World, Path]) -> bool:
    (one, inputs), (other, changed) = former, latter
    if one.code != other.code or _fingerprint(one.models, one.terms) != _fingerprint(other.models, other.terms):
        return True
    if _rule(one.terms) != _rule(other.terms) or one.agreement.id != other.agreement.id or one.as_of != other.as_of:
        return True
    return not _same(inputs_of(inputs), inputs_of(changed))


def _fingerprint(models: Models, terms: Terms) -> str:
    there = set(models.in_schemas(*SCHEMAS))
    return models.fingerprint([one.id for one in terms.indicators if one.id in there])


def _rule(terms: Terms) -> dict[str, Any]:
    told = terms.model_dump(exclude=set(_NO_RULE))
    indicators = terms.model_dump()["indicators"]
    told["indicators"] = [{k: v for k, v in one.items() if k not in _NO_RULE_OF_ONE} for one in indicators]
    return told


def inputs_of(folder: Path) -> dict[str, pa.Table | tuple[int, int]]:
    """Return what of a composed folder may move a figure: rows by the file they are in, all else by content."""
    found: dict[str, pa.Table | tuple[int, int]] = {}
    for path in sorted(folder.rglob("*.parquet")):
        name, status = path.relative_to(folder).as_posix(), path.stat()
        if name.startswith("bronze"):
            found[name] = (status.st_dev, status.st_ino)
        elif path.stem not in _SILENT:
            table = pq.read_table(path, columns=_TELLING.get(path.stem))
            active = pq.read_table(path, columns=["is_active"]).column(0) if path.name == DELIVERIES_FILE else None
            found[name] = table if active is None else table.filter(active)
    return found


def _same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return one.keys() == other.keys() and all(
        part.equals(other[name]) if isinstance(part, pa.Table) else part == other[name] for name, part in one.items()
    )


def figures_of(world: World, inputs: Path, period: str) -> pa.Table:
    """Return the figures of a world laid out in a folder, before anything is hidden; it is built beside it."""
    built = inputs.with_name(f"{inputs.name}-built")
    database = replay(inputs, world.models, world.as_of, built, marts_read_by(world.models))
    deliveries = pq.read_table(inputs / "build" / "inputs" / DELIVERIES_FILE)
    with open_figures(database) as connection:
        basis = Basis(connection, world.models, deliveries, "", "", world.as_of, world.code)
        found = count(basis, world.agreement, world.terms, find_period(world.agreement, period)[1])[1]
    shutil.rmtree(built)
    return found


def marts_read_by(models: Models) -> list[str]:
    """Return the marts that figures are computed from, of whatever agreement."""
    needed = models.needed_for(models.in_schemas(*SCHEMAS))
    return sorted({node.name for node in needed if node.schema in MARTS} | READ_BESIDE)
