"""Two agreements' rules over the same facts: how many officers one counts and the other does not, and why.

The facts are the programmes of both. One rule is turned into the other one aspect at a time, in a fixed order. An
officer whose verdict differs at the two ends belongs to the aspect at which the verdict took its last turn, so the
classes add up to the officers who differ.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from warehouse.contract.agreement import Agreement, Completion, Terms
from warehouse.contract.periods import Period
from warehouse.extracts import figures
from warehouse.extracts.preparing import Basis

# Which of the terms make up each aspect, in the order in which they are exchanged.
ASPECTS: dict[str, tuple[str, ...]] = {
    "population": ("population",),
    "share attended": ("measure", "numerator", "denominator", "inclusive"),
    "late joiners": ("late_joiners",),
    "unknown attendance": ("unknown_attendance",),
    "contact hours": ("minimum_hours",),
    "assessment": ("assessment", "pass_mark_percent"),
}
VERDICTS = ("met", "undecided", "not met", "not counted")
_VERDICTS = """
    select
        officer_key,
        case
            when bool_or(is_met) then 'met'
            when bool_or(is_met is null) then 'undecided'
            else 'not met'
        end as verdict
    from workbench.agreements.counted_training
    where held_on between $starts_on and $ends_on
    group by officer_key
"""


def compare(
    basis: Basis, one: tuple[Agreement, Terms], other: tuple[Agreement, Terms], period: Period
) -> dict[str, Any]:
    """Return how many officers have which verdict by each rule, and why they differ.

    Args:
        basis: The version with the facts.
        one: An agreement and one of its versions.
        other: Another.
        period: The days whose facts are looked at.

    Returns:
        `verdicts`: officers by both verdicts; `differ`; `classes`: aspect, both verdicts and officers, which add up to
        `differ`.
    """
    scope = {
        name: tuple(dict.fromkeys((*getattr(one[1], name), *getattr(other[1], name))))
        for name in ("programmes", "partners")
    }
    steps = [one[1].model_copy(update=scope)]
    for aspect in ASPECTS:
        steps.append(_exchanged(steps[-1], other[1], aspect))
    found = [_verdicts(basis, one[0], terms, period) for terms in steps]
    officers = sorted(set().union(*found))
    paths = [[verdicts.get(officer, "not counted") for verdicts in found] for officer in officers]
    pairs = Counter((path[0], path[-1]) for path in paths)
    classes = Counter((_last_turn(path), path[0], path[-1]) for path in paths if path[0] != path[-1])
    return {
        "one": f"{one[0].id} version {one[1].version}",
        "other": f"{other[0].id} version {other[1].version}",
        "from": period.starts_on,
        "to": period.ends_on,
        "officers": len(officers),
        "differ": sum(classes.values()),
        "verdicts": [{"one": a, "other": b, "officers": n} for (a, b), n in sorted(pairs.items())],
        "classes": [
            {"why": list(ASPECTS)[why], "one": a, "other": b, "officers": n}
            for (why, a, b), n in sorted(classes.items())
        ],
    }


def _exchanged(terms: Terms, other: Terms, aspect: str) -> Terms:
    names = ASPECTS[aspect]
    own = {name: getattr(other, name) for name in names if name in Terms.model_fields}
    rule = {name: getattr(other.completion, name) for name in names if name in Completion.model_fields}
    return terms.model_copy(update={**own, "completion": terms.completion.model_copy(update=rule)})


def _verdicts(basis: Basis, agreement: Agreement, terms: Terms, period: Period) -> dict[str, str]:
    figures.prepare(basis.connection, basis.models, agreement, terms, period)
    days = {"starts_on": period.starts_on, "ends_on": period.ends_on}
    return dict(basis.connection.execute(_VERDICTS, days).fetchall())


def _last_turn(path: list[str]) -> int:
    """Return the place of the aspect at which the verdict took its last turn."""
    return max(place for place in range(len(path) - 1) if path[place] != path[place + 1])
