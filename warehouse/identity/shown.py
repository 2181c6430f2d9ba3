"""What a reviewer is shown of pairs without opening the vault: rows for a screen, a program or a workbook.

Facts are those of bronze and of what was published: partner, category, rank, unit, province, programmes. Nothing of a
name, a number, an address or a birthday is in them, not even a part.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from warehouse.identity import review
from warehouse.identity.appearances import appearances, latest
from warehouse.identity.decision_rules import SAME_OR_NOT
from warehouse.identity.decisions import Decision, in_force, read_decisions
from warehouse.identity.evidence import Level, Pair
from warehouse.store.home import Home

FACTS = ("partner_id", "category", "sex", "rank", "unit", "province_of_duty", "programme_id", "event_id")
WEIGHED = ("now", "probability", "match_weight", "counts", "expected", "pairs")
LevelsOf = Callable[[Sequence[Pair]], Mapping[Pair, Mapping[str, Level]]]


def shown_pairs(home: Home, limit: int | None = None) -> tuple[list[dict[str, Any]], int]:
    """Return the uncertain pairs in their rank, each with what is known of both persons, and how many there are in all.

    A pair: rank, left, right (person_ref), left_officer, right_officer, the columns of :data:`WEIGHED`, and `persons`:
    the :data:`FACTS` of the left and of the right one.

    Raises:
        NothingToReview: Nobody was identified yet.
    """
    every = review.pairs_to_review(home)
    pairs = every if limit is None else every.head(limit)
    facts = facts_of(home, [*pairs["left"], *pairs["right"]])
    names = ("left", "right", "left_officer", "right_officer", *WEIGHED)
    shown = [
        {"rank": rank} | {name: pair[name] for name in names} | {"persons": [facts[pair["left"]], facts[pair["right"]]]}
        for rank, pair in enumerate(pairs.to_dict("records"), start=1)
    ]
    return shown, len(every)


def facts_of(home: Home, person_refs: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return what each person was when last seen, by person_ref; empty texts where nothing is known."""
    wanted = list(dict.fromkeys(person_refs))
    known: pd.DataFrame = latest(appearances(home, wanted)).reindex(wanted, fill_value="")
    return {str(ref): {name: str(row[name]) for name in FACTS} for ref, row in known.iterrows()}


def book_rows(home: Home, limit: int | None, levels_of: LevelsOf) -> list[dict[str, Any]]:
    """Return the rows of a workbook: pairs to review, then those decided, whose decision may be changed.

    Args:
        home: Whose pairs.
        limit: At most so many pairs to review.
        levels_of: Says of pairs at which level each field agrees.
    """
    decided = [each for each in in_force(read_decisions(home)).values() if each.verdict in SAME_OR_NOT]
    pairs, _ = shown_pairs(home, limit)
    facts = facts_of(home, (ref for each in decided for ref in each.pair))
    rows = [_row(pair["left"], pair["right"], pair, pair["persons"], None) for pair in pairs]
    rows += [_row(*each.pair, {}, [facts[ref] for ref in each.pair], each) for each in decided]
    levels = levels_of([(row["left"], row["right"]) for row in rows])
    fields = list(dict.fromkeys(name for found in levels.values() for name in found))
    for row in rows:
        found = levels.get((row["left"], row["right"]), {})
        row |= {f"agreement: {name}": found[name].label if name in found else "" for name in fields}
    return rows


def _row(
    left: str, right: str, weighed: Mapping[str, Any], persons: list[dict[str, str]], decided: Decision | None
) -> dict[str, Any]:
    """Return one row of the workbook, headed as `decision_book` reads it."""
    _, _, verdict, who, when, why = decided.as_fields() if decided else [""] * 6
    row: dict[str, Any] = {"left": left, "right": right, "verdict": verdict, "who": who, "why": why, "when": when}
    row |= {name: weighed.get(name, "") for name in WEIGHED}
    for name in FACTS:
        row |= {f"{side} {name}": person[name] for side, person in zip(("left", "right"), persons, strict=True)}
    return row
