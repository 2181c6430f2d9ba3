"""Which laws a reader gives up when no story is true."""

from __future__ import annotations

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import hstack, identity

from warehouse.extracts.disclosure.components import Component
from warehouse.extracts.disclosure.knowledge import TOLERANCE, Knowledge

_CERTAIN = 1000.0  # how much sooner a supposition is given up than what is certain


def given_up(component: Component, knowledge: Knowledge) -> np.ndarray:
    """Return the laws that are broken in the story that breaks fewest, suppositions long before certainties.

    Args:
        component: Numbers of which no story is true.
        knowledge: Says which numbers are whole, and which laws certain.
    """
    count, size = len(component.laws), len(component.numbers)
    weights = np.array([_CERTAIN if knowledge.laws[law].certain else 1.0 for law in component.laws])
    whole = [knowledge.whole[number] for number in component.numbers]
    slack = identity(count, format="csr")
    solved = milp(
        np.concatenate([np.zeros(size), weights, weights]),
        integrality=np.concatenate([whole, np.zeros(2 * count)]),
        bounds=Bounds(
            np.concatenate([component.bounds.lb, np.zeros(2 * count)]),
            np.concatenate([component.bounds.ub, np.full(2 * count, np.inf)]),
        ),
        constraints=LinearConstraint(
            hstack([component.matrix, slack, -slack], format="csr"), component.low, component.high
        ),
    )
    if solved.x is None:
        raise RuntimeError(f"the solver stopped: {solved.message}")
    over, under = solved.x[size : size + count], solved.x[size + count :]
    broken: np.ndarray = component.laws[np.abs(over - under) > TOLERANCE]
    return broken
