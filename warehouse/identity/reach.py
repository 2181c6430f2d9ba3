"""How much a pair can weigh at most, told from what is cheap to compare: most candidates never reach what is kept.

    weight of a pair  =  prior  +  sum over comparisons of (weight of the level that holds + slope x rarity)
    its reach         =  the same, but of the names the best level that there is

Splink copies both records of each pair that it is given, and to compare names takes as long as all the rest. So a pair
that cannot reach the least weight that is kept is left out before.
"""

from __future__ import annotations

import math
import re
from typing import Any

from warehouse.identity.frequencies import QUARTER_BITS
from warehouse.identity.model import PRIOR
from warehouse.identity.settings import NAME

_ROUNDING = 1e-6  # bits: a sum of floating-point numbers depends on their order


def can_reach(settings: dict[str, Any], weight: float) -> str:
    """Return SQL, of two persons `l` and `r`: whether their pair may weigh so much.

    Args:
        settings: Splink's, with all numbers.
        weight: In bits.
    """
    prior = settings[PRIOR]
    parts = [_bits(math.log2(prior / (1 - prior)))]
    for comparison in settings["comparisons"]:
        told = _most if comparison["output_column_name"] == NAME.name else _holding
        parts.append(told(comparison["comparison_levels"]))
    return f"{' + '.join(parts)} >= {_bits(weight - _ROUNDING)}"


def _most(levels: list[dict[str, Any]]) -> str:
    return f"greatest({', '.join(map(_weight, levels))})"


def _holding(levels: list[dict[str, Any]]) -> str:
    *others, rest = levels
    conditions = [re.sub(r"\b(\w+)_([lr])\b", r"\2.\1", level["sql_condition"]) for level in others]
    cases = (f"when {sql} then {_weight(level)}" for sql, level in zip(conditions, others, strict=True))
    return f"case {' '.join(cases)} else {_weight(rest)} end"


def _weight(level: dict[str, Any]) -> str:
    """Return what Splink adds for a level: the rarer the value shared, the more, where that is known."""
    if level.get("is_null_level"):
        return _bits(0)
    own = _bits(math.log2(level["m_probability"] / level["u_probability"]))
    if not (column := level.get("tf_adjustment_column")):
        return own
    slope, typical = level["tf_adjustment_weight"], -math.log2(level["u_probability"])
    rarer = f"least(l.{column}, r.{column}) * {_bits(slope / QUARTER_BITS)} - {_bits(slope * typical)}"
    return f"({own} + coalesce({rarer}, 0))"


def _bits(number: float) -> str:
    return f"({number!r})::double"  # DuckDB takes a number with a point for a decimal, which is far slower to add up
