"""Why a person's officer changed: a reviewed decision, another model, a new person, or new evidence, in that order."""

from __future__ import annotations

from collections.abc import Collection

import pyarrow as pa
import pyarrow.compute as pc

NEW_PERSON = "new person"
NEW_EVIDENCE = "new evidence"
DECISION = "decision"
MODEL_CHANGE = "model change"
WITHDRAWN = "withdrawn"
DELIVERED_AGAIN = "delivered again"
ERASED = "erased"
BY_EVENT = {"created": NEW_PERSON, "joined": NEW_PERSON, "left": WITHDRAWN, "returned": DELIVERED_AGAIN}


def causes(
    changes: pa.Table, keys: pa.Table, decisions: pa.Table, model_changed: bool, erased: Collection[str] = ()
) -> pa.Array:
    """Return the cause of each change.

    Args:
        changes: event, person_ref, officer_key, former_key, as `assign` returns them.
        keys: person_ref and officer_key of everybody now.
        decisions: left, right, verdict; those in force.
        model_changed: The last run scored with another model.
        erased: Persons who left because they asked to be erased.
    """
    event, key, former = changes["event"], changes["officer_key"], changes["former_key"]
    merges, splits = _decided(changes, keys, decisions)
    moves = pc.binary_join_element_wise(pc.fill_null(former, ""), key, " ")
    by_decision = pc.or_(pc.is_in(moves, merges), pc.is_in(former, splits))
    gained = changes.filter(pc.is_in(event, pa.array(["created", "joined"])))["officer_key"]
    by_person = pc.or_(pc.is_in(key, gained), pc.is_in(former, gained))
    cause = pc.if_else(by_person, NEW_PERSON, NEW_EVIDENCE)
    if model_changed:
        cause = pa.repeat(MODEL_CHANGE, len(changes))
    cause = pc.if_else(by_decision, DECISION, cause)
    for name, known in BY_EVENT.items():
        cause = pc.if_else(pc.equal(event, name), known, cause)
    return pc.if_else(pc.is_in(changes["person_ref"], pa.array(sorted(erased), pa.string())), ERASED, cause)


def _decided(changes: pa.Table, keys: pa.Table, decisions: pa.Table) -> tuple[pa.Array, pa.Array]:
    """Return the moves ("former key, key") that a `same` asked for, and the former keys that a `not same` parted.

    A decision that was obeyed before moves nobody now and explains nothing.
    """
    rows = decisions.to_pylist()
    concerned = pa.array({row[side] for row in rows for side in ("left", "right")}, pa.string())
    now = _lookup(keys.filter(pc.is_in(keys["person_ref"], concerned)), "officer_key")
    before = now | _lookup(changes.filter(pc.is_in(changes["person_ref"], concerned)), "former_key")
    merges, splits = set[str](), set[str]()
    for left, right, same in ((row["left"], row["right"], row["verdict"] == "same") for row in rows):
        one, other = before.get(left), before.get(right)
        if one is None or other is None or left not in now or right not in now:
            continue
        if same and now[left] == now[right] and one != other:
            merges |= {f"{one} {now[left]}", f"{other} {now[left]}"}
        if not same and now[left] != now[right] and one == other:
            splits.add(one)
    return pa.array(sorted(merges), pa.string()), pa.array(sorted(splits), pa.string())


def _lookup(table: pa.Table, column: str) -> dict[str, str | None]:
    return dict(zip(table["person_ref"].to_pylist(), table[column].to_pylist(), strict=True))
