"""Measures of clusters against the truth: pairs, heads, siblings, classes.

Pairs are counted from the sizes of clusters, true persons and their intersections, n(n-1)/2 each, never one by one: a
million appearances, wrongly put into one cluster, are half a million million pairs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Labels = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
LARGEST = 6  # cluster sizes from here on are counted together
CLEAN = "clean"


@dataclass(frozen=True)
class Pairs:
    """Pairs of appearances: of one true person, put together, and both."""

    true: int
    found: int
    right: int

    @property
    def precision(self) -> float | None:
        """Share of the pairs put together that are of one person; null when there is none."""
        return self.right / self.found if self.found else None

    @property
    def recall(self) -> float | None:
        """Share of the pairs of one person that were put together; null when there is none."""
        return self.right / self.true if self.true else None

    @property
    def f1(self) -> float | None:
        """Harmonic mean of precision and recall; null where neither is known."""
        return 2 * self.right / (self.true + self.found) if self.true + self.found else None

    def __sub__(self, other: Pairs) -> Pairs:
        return Pairs(self.true - other.true, self.found - other.found, self.right - other.right)


def labels(values: pa.Array | pa.ChunkedArray) -> Labels:
    """Return a number from 0 for each different value of a column without nulls."""
    whole = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    return np.asarray(pc.dictionary_encode(whole).indices.to_numpy(zero_copy_only=False)).astype(np.int64)


def count_pairs(true: Labels, found: Labels) -> Pairs:
    """Return the pairs of these appearances, given each one's true person and cluster."""
    return Pairs(_within(true), _within(found), _within(_crossed(true, found)))


def count_pairs_of(members: Flags, true: Labels, found: Labels) -> Pairs:
    """Return the pairs of which at least one appearance is a member."""
    return count_pairs(true, found) - count_pairs(true[~members], found[~members])


def _within(groups: Labels) -> int:
    _, sizes = np.unique(groups, return_counts=True)
    return int((sizes * (sizes - 1) // 2).sum())


def _crossed(one: Labels, other: Labels) -> Labels:
    width = int(other.max(initial=0)) + 1
    return np.asarray(one * width + other)


def headcount(groups: Labels) -> int:
    """Return how many different persons or clusters there are."""
    return len(np.unique(groups))


def headcount_error(true: Labels, found: Labels) -> float:
    """Return the error of the headcount as a signed fraction: +0.05 is five per cent too many."""
    return headcount(found) / headcount(true) - 1


@dataclass(frozen=True)
class Siblings:
    """Planted pairs of twins or siblings, and how many of them stand in one cluster somewhere."""

    pairs: int
    merged: int


def merged_siblings(truth: pa.Table, found: Labels) -> Siblings:
    """Return how many planted pairs have been merged: any appearance of one with any of the other."""
    planted = np.asarray(truth["sibling"].is_valid().to_numpy())
    pair = truth.select(["true_person", "sibling"]).filter(pa.array(planted))
    both = pa.chunked_array([*pair["true_person"].chunks, *pair["sibling"].chunks], pa.string())
    persons, siblings = np.split(labels(both), 2)
    clusters = found[planted]
    width = int(persons.max(initial=0)) + 1
    shared = np.isin(clusters * width + siblings, clusters * width + persons)
    pairs = np.minimum(persons, siblings) * width + np.maximum(persons, siblings)
    return Siblings(headcount(pairs), headcount(pairs[shared]))


def by_class(truth: pa.Table, found: Labels, classes: tuple[str, ...]) -> list[dict[str, Any]]:
    """Return one row per difficulty class.

    A pair is of a class when at least one of its two appearances is; a clean pair is one of two clean appearances.
    Keys: `class`, `appearances`, `true_pairs`, `missed_pairs`, `wrong_pairs` (put together, of different persons),
    `recall`, `precision`.
    """
    true = labels(truth["true_person"])
    difficulty = truth["difficulty"].combine_chunks()
    of_row = pc.list_parent_indices(difficulty).to_numpy()
    name = difficulty.flatten()
    rows = []
    for wanted in classes:
        members = np.zeros(len(true), np.bool_)
        members[of_row[pc.equal(name, wanted).to_numpy(zero_copy_only=False)]] = True
        clean = wanted == CLEAN
        pairs = count_pairs(true[members], found[members]) if clean else count_pairs_of(members, true, found)
        rows.append(
            {
                "class": wanted,
                "appearances": int(members.sum()),
                "true_pairs": pairs.true,
                "missed_pairs": pairs.true - pairs.right,
                "wrong_pairs": pairs.found - pairs.right,
                "recall": pairs.recall,
                "precision": pairs.precision,
            }
        )
    return rows


def sizes(groups: Labels) -> dict[str, int]:
    """Return how many clusters there are of each size, those of `LARGEST` and more together."""
    _, members = np.unique(groups, return_counts=True)
    counted = np.bincount(np.minimum(members, LARGEST), minlength=LARGEST + 1)
    return {f"{n}" if n < LARGEST else f"{n}+": int(counted[n]) for n in range(1, LARGEST + 1)}
