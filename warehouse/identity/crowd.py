"""How many persons there are decides what an agreement says: among twice as many, twice as many strangers agree.

The model was fitted to a crowd of `TRAINED_ON`. Each time the crowd has doubled since, the prior of every pair falls by
one bit, and pairs that agree on weak things only must share one bit more to be looked at. So a person has about as many
candidates, and a join is about as likely right, in a crowd of any size. Within a step nothing changes: a weight depends
on the two records, the model and the step alone. A smaller crowd counts as that of training: a few lists are a sample
of all officers, not all there are.
"""

from __future__ import annotations

TRAINED_ON = 30_000  # appearances in each sample of training


def doublings(persons: int) -> int:
    """Return how many whole times a crowd of persons has doubled since training, at least 0."""
    return max(0, (persons // TRAINED_ON).bit_length() - 1)
