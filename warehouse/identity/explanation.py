"""How each person came to its officer, and how sure that is: what the crosswalk says beside the key."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from warehouse.identity.clustering import Rows

ALONE, MODEL, DECISION = "alone", "model", "decision"
# The best probability among a person's pairs with others of its officer, at least; what is below is low.
BANDS = MappingProxyType({"certain": 0.999, "high": 0.95, "medium": 0.8})
LOW = "low"


def explain(
    group: Rows,
    left: Rows,
    right: Rows,
    probability: NDArray[np.float64],
    link: pa.Array,
    same: Sequence[tuple[int, int]],
) -> tuple[pa.Array, pa.Array]:
    """Return method and probability band of each row.

    Args:
        group: By row, the officer it came to.
        left: Rows of scored pairs.
        right: Rows of scored pairs.
        probability: Of these pairs.
        link: The deterministic rule that joins each pair, or null.
        same: Rows that a decision joined.
    """
    joined = group[left] == group[right]
    left, right, probability = left[joined], right[joined], probability[joined]
    link = link.filter(pa.array(joined))
    sizes = np.bincount(group, minlength=len(group))
    names = [ALONE, MODEL, *sorted(pc.unique(link.drop_null()).to_pylist()), DECISION]
    number = np.array(pc.fill_null(pc.index_in(link, value_set=pa.array(names, pa.string())), 1), np.int64)
    method = np.where(sizes[group] > 1, 1, 0)
    best = np.zeros(len(group))
    sure = np.where(number > 1, 1.0, probability)
    for side in (left, right):
        np.maximum.at(method, side, number)
        np.maximum.at(best, side, sure)
    decided = np.array([row for pair in same if group[pair[0]] == group[pair[1]] for row in pair], np.int64)
    method[decided], best[decided] = len(names) - 1, 1.0
    band = np.full(len(group), len(BANDS))
    for place, least in reversed(list(enumerate(BANDS.values()))):
        band[best >= least] = place
    bands = pa.array([*BANDS, LOW], pa.string()).take(pa.array(band, mask=method == 0))
    return pa.array(names, pa.string()).take(pa.array(method)), bands
