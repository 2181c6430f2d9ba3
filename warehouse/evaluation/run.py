"""Runs the resolver and the simple methods on known truth, and gathers one row per data set, size and method."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from warehouse.evaluation import febrl, measures
from warehouse.evaluation.measures import Labels
from warehouse.evaluation.simple import METHODS
from warehouse.population import CLASSES, Appearances, appearances

SEED = 3  # of the figures in the docs; the model is trained with others
SIZES = (30_000, 3_000, 10_000)  # the first is that of the targets, and stands first in the report
OWN = "sala"
STANDARD_MIX, FEBRL = "standard mix", "FEBRL 3"
TARGETS = {"precision": 0.98, "recall": 0.92, "headcount_error": 0.015, "siblings_merged_share": 1 / 50}


class Resolved(Protocol):
    """What a resolver returns; of `persons`, the columns person_ref, cluster, strict_cluster, lenient_cluster."""

    @property
    def persons(self) -> pa.Table:
        """One row per person_ref."""

    @property
    def known(self) -> Any:
        """What the next run needs to add persons."""


class Resolver(Protocol):
    """Puts the appearances of one person together."""

    def __call__(self, persons: pa.Table, known: Any = None) -> Resolved:
        """Resolve persons of schema `PERSONS`, with what a former run left."""


def resolver() -> Resolver:
    """Return the project's own; imported only here, since Splink takes seconds to load."""
    from warehouse.identity.resolve import resolve

    own: Resolver = resolve
    return own


def evaluate(resolve: Resolver, sizes: Sequence[int] = SIZES, seed: int = SEED) -> list[dict[str, Any]]:
    """Return the rows of the table, the first being the resolver's on the standard mix at the first size.

    Every row has `data`, `method`, `appearances`, `persons`, `precision`, `recall`, `f1`, `headcount`,
    `headcount_error` (a signed fraction of the true headcount), siblings and `seconds`; the resolver's have the bounds
    and `cluster_sizes`, on the standard mix `classes` as well. A data set that is not there has a `note`.
    """
    rows = []
    for size in sizes:
        lists = appearances(size, seed)
        rows += compare(STANDARD_MIX, lists, resolve)
    rows.sort(key=lambda row: row["method"] != OWN)  # stable: sizes stay in their order
    path = febrl.find_file()
    if path is None:
        note = f"not measured: the package {febrl.PACKAGE} is not installed (pip install {febrl.PACKAGE}==0.14)"
        return [*rows, {"data": FEBRL, "method": OWN, "note": note}]
    return rows + compare(FEBRL, febrl.read(path), resolve)


def compare(data: str, lists: Appearances, resolve: Resolver) -> list[dict[str, Any]]:
    """Return the rows of one data set: the resolver's, then those of the simple methods."""
    began = time.perf_counter()
    resolved = align(lists.truth, resolve(lists.persons).persons)
    rows = [judge(data, lists, resolved, time.perf_counter() - began)]
    for name, method in METHODS.items():
        rows.append({"data": data, "method": name} | _timed(lists.truth, lambda m=method: m(lists.persons)))  # type: ignore[misc]
    return rows


def _timed(truth: pa.Table, cluster: Callable[[], Labels]) -> dict[str, Any]:
    began = time.perf_counter()
    found = cluster()
    return {**figures(truth, found), "seconds": round(time.perf_counter() - began, 2)}


def align(truth: pa.Table, resolved: pa.Table) -> pa.Table:
    """Return the resolver's rows in the order of the truth.

    Raises:
        ValueError: A person is missing, or stands there twice.
    """
    places = pc.index_in(truth["person_ref"], value_set=resolved["person_ref"].combine_chunks())
    if places.null_count or len(resolved) != len(truth):
        raise ValueError(f"{len(truth)} persons were to be resolved, {len(resolved)} rows came back")
    return resolved.take(places)


def judge(data: str, lists: Appearances, resolved: pa.Table, seconds: float) -> dict[str, Any]:
    """Return the resolver's row on one data set."""
    truth = lists.truth
    true, found = measures.labels(truth["true_person"]), measures.labels(resolved["cluster"])
    strict, lenient = (measures.headcount(measures.labels(resolved[c])) for c in ("strict_cluster", "lenient_cluster"))
    row = {"data": data, "method": OWN, **figures(truth, found), "seconds": round(seconds, 2)}
    row |= {
        "strict_headcount": strict,
        "lenient_headcount": lenient,
        "within_bounds": lenient <= measures.headcount(true) <= strict,
        "cluster_sizes": measures.sizes(found),
        "true_sizes": measures.sizes(true),
    }
    if data != FEBRL:
        row["classes"] = measures.by_class(truth, found, CLASSES)
        row["targets_met"] = targets_met(row)
    return row


def figures(truth: pa.Table, found: Labels) -> dict[str, Any]:
    """Return the figures every method has."""
    true = measures.labels(truth["true_person"])
    pairs, siblings = measures.count_pairs(true, found), measures.merged_siblings(truth, found)
    return {
        "appearances": len(true),
        "persons": measures.headcount(true),
        "precision": pairs.precision,
        "recall": pairs.recall,
        "f1": pairs.f1,
        "headcount": measures.headcount(found),
        "headcount_error": measures.headcount_error(true, found),
        "missed_pairs": pairs.true - pairs.right,
        "wrong_pairs": pairs.found - pairs.right,
        "sibling_pairs": siblings.pairs,
        "siblings_merged": siblings.merged,
        "siblings_merged_share": siblings.merged / siblings.pairs if siblings.pairs else None,
    }


def targets_met(row: dict[str, Any]) -> dict[str, bool]:
    """Return for each target whether a row meets it; they are stated for 30 thousand appearances."""
    share = row["siblings_merged_share"]
    return {
        "precision": (row["precision"] or 0.0) >= TARGETS["precision"],
        "recall": (row["recall"] or 0.0) >= TARGETS["recall"],
        "headcount_error": bool(np.abs(row["headcount_error"]) <= TARGETS["headcount_error"]),
        "within_bounds": row["within_bounds"],
        "siblings_merged_share": share is None or share <= TARGETS["siblings_merged_share"],
    }
