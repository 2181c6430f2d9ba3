"""Which pairs are worth a reviewer's time: those nobody is sure of, by how much deciding them moves published counts.

    identity/pairs.parquet ──┐                    ┌► left, right, one officer now or two, probability
    identity/crosswalk ──────┼─ uncertain ─ rank ─┤  counts that change, expected change
    identity/decisions.csv ──┤                    └► what was kept with the pair: the levels at which fields agree
    bronze ──────────────────┘

Nothing here opens the vault: a pair is shown by the levels at which its fields agree, never by a value of them.
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import numpy as np
import pandas as pd
import pyarrow as pa

from warehouse.errors import TerminalError
from warehouse.identity.appearances import appearances
from warehouse.identity.decisions import load_decisions
from warehouse.identity.state import read_kept
from warehouse.store.home import Home

POSSIBLE = 0.5  # from here a pair held apart in spite of its score, by a guard, is shown too
# The counts a pair is weighed by: officers in all, and by each of these. A choice, not the whole published table:
# finer groupings would only let the same persons weigh more often.
GROUPINGS: tuple[tuple[str, ...], ...] = (
    (),
    ("partner_id",),
    ("programme_id",),
    ("province_of_duty",),
    ("province_of_training",),
    ("module_id",),
    ("year",),
    ("province_of_duty", "module_id"),
)
ONE, TWO = "one officer", "two officers"
_KEYS = ("officer_key", "strict_key", "lenient_key")


class NothingToReview(TerminalError):
    """There are no scored pairs yet."""

    code: ClassVar[str] = "SALA-I103"
    title: ClassVar[str] = "No pairs of persons have been scored yet"


def pairs_to_review(home: Home) -> pd.DataFrame:
    """Return the uncertain pairs, those first whose decision is expected to change the most counts.

    One row per pair: left, right (person_ref), left_officer, right_officer, now (`one officer` or `two officers`),
    probability, match_weight, pairs (pairs of persons between the same two sides, of which this is the likeliest),
    counts (published counts that change when it is decided against what holds now), expected (counts × the model's
    own chance of that), and whatever else the pair was kept with.

    Args:
        home: Whose pairs.

    Raises:
        NothingToReview: Nobody was identified yet.
        DecisionsInvalid: The decisions hold mistakes.
    """
    crosswalk, pairs = read_crosswalk(home), read_pairs(home)
    found = uncertain(pairs, crosswalk, load_decisions(home))
    sides = _members(crosswalk)
    sides = sides[sides["side"].isin({*found["left_side"], *found["right_side"]})]
    ordered = ranked(found, sides, appearances(home, sides["person_ref"]))
    return ordered.drop(columns=["left_side", "right_side"])


def read_crosswalk(home: Home) -> pd.DataFrame:
    """Return the crosswalk.

    Raises:
        NothingToReview: Nobody was identified yet.
        StateBroken: The file was cut or changed.
    """
    return _left_by_identify(home.crosswalk)


def read_pairs(home: Home) -> pd.DataFrame:
    """Return the scored pairs; raises what :func:`read_crosswalk` does."""
    return _left_by_identify(home.identity_pairs)


def _left_by_identify(path: Path) -> pd.DataFrame:
    if not path.is_file():
        raise NothingToReview(str(path), "no file", "what the step identify leaves", "run: sala run")
    table: pd.DataFrame = read_kept(path).to_pandas()
    return table


def uncertain(pairs: pd.DataFrame, crosswalk: pd.DataFrame, decided: pa.Table) -> pd.DataFrame:
    """Return the pairs that are one officer by one threshold and two by another, or are held apart in spite of it.

    One decision settles all pairs between the same two sides, so only the likeliest of them stands. The sides are
    two officers or, within one officer, the two groups that the strict threshold makes of it. Sides between which
    something was decided are left out.

    Args:
        pairs: left, right, match_weight, probability.
        crosswalk: person_ref, officer_key, strict_key, lenient_key.
        decided: left, right, of the decisions in force.
    """
    placed = _placed(pairs[_doubtful(pairs, crosswalk)], crosswalk)
    settled = _placed(decided.to_pandas(), crosswalk)["between"]
    placed = placed[~placed["between"].isin(settled)]
    placed = placed.assign(pairs=placed["between"].map(placed["between"].value_counts()).astype("int64"))
    placed = placed.sort_values(["probability", "left", "right"], ascending=[False, True, True])
    return placed.drop_duplicates("between").drop(columns="between").reset_index(drop=True)


def ranked(found: pd.DataFrame, sides: pd.DataFrame, facts: pd.DataFrame) -> pd.DataFrame:
    """Return the pairs with `counts` and `expected`, the most expected change first.

    Two sides that both stand in a cell are counted there once when they are one officer, twice when they are two:
    deciding against what holds now changes exactly these cells.

    Args:
        found: Pairs with left_side, right_side, now, probability.
        sides: side, person_ref: who belongs to a side.
        facts: person_ref and the columns of :data:`GROUPINGS`: where a person was counted.
    """
    placed = sides.merge(facts, on="person_ref")
    counts = pd.Series(0, index=found.index, dtype="int64")
    for grouping in GROUPINGS:
        said = (placed[list(grouping)] != "").all(axis=1)
        cells = placed.loc[said, ["side", *grouping]].drop_duplicates()
        left = found[["left_side", "right_side"]].reset_index().merge(cells, left_on="left_side", right_on="side")
        both = left.merge(cells, left_on=["right_side", *grouping], right_on=["side", *grouping])
        counts = counts.add(both.groupby("index").size(), fill_value=0)
    chance = found["probability"].where(found["now"] == TWO, 1 - found["probability"])
    ordered = found.assign(counts=counts.astype("int64"), expected=(counts * chance).round(3))
    order = ["expected", "counts", "left", "right"]
    return ordered.sort_values(order, ascending=[False, False, True, True]).reset_index(drop=True)


def _doubtful(pairs: pd.DataFrame, crosswalk: pd.DataFrame) -> np.ndarray:
    """Return which pairs are uncertain; by numbers, for there are millions of pairs and few of them are."""
    known = pd.Index(crosswalk["person_ref"])
    left, right = (known.get_indexer(pd.Index(pairs[side])) for side in ("left", "right"))
    alike = {}
    for key in _KEYS:
        numbers = pd.factorize(crosswalk[key])[0]
        alike[key] = numbers[left] == numbers[right] if len(numbers) else left < 0
    held_apart = ~alike["officer_key"] & (pairs["probability"] >= POSSIBLE).to_numpy()
    both_known = (left >= 0) & (right >= 0)
    doubtful: np.ndarray = both_known & ~alike["strict_key"] & (alike["lenient_key"] | held_apart)
    return doubtful


def _placed(pairs: pd.DataFrame, crosswalk: pd.DataFrame) -> pd.DataFrame:
    """Return the pairs of known persons with the officers of both, whether they are one now, and the two sides."""
    there = crosswalk["person_ref"].isin({*pairs["left"], *pairs["right"]})
    keys = crosswalk[there].set_index("person_ref")[["officer_key", "strict_key"]]
    both = pairs.join(keys.add_prefix("left_"), on="left", how="inner")
    both = both.join(keys.add_prefix("right_"), on="right", how="inner")
    together = both["left_officer_key"] == both["right_officer_key"]
    left, right = (
        ("officer " + both[f"{side}_officer_key"]).where(~together, "strict " + both[f"{side}_strict_key"])
        for side in ("left", "right")
    )
    both = both.assign(now=together.map({True: ONE, False: TWO}), left_side=left, right_side=right)
    between = left.where(left < right, right) + " " + right.where(left < right, left)
    renamed = {"left_officer_key": "left_officer", "right_officer_key": "right_officer"}
    both = both.drop(columns=["left_strict_key", "right_strict_key"])
    return both.assign(between=between).rename(columns=renamed)


def _members(crosswalk: pd.DataFrame) -> pd.DataFrame:
    """Return who belongs to each side there can be."""
    sides = [
        pd.DataFrame({"side": f"{name} " + crosswalk[f"{name}_key"], "person_ref": crosswalk["person_ref"]})
        for name in ("officer", "strict")
    ]
    return pd.concat(sides, ignore_index=True)
