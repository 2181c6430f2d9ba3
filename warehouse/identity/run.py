"""The step identify: who is the same officer, and under which key.

    vault, bronze ──► persons ──► resolve ──► clusters ──► registry ──► crosswalk, summary
                                     ▲                        ▲
                    reviewed decisions, kept state        former keys

Run twice, it changes nothing the second time. Killed, it is run again: the registry is written first, everything
after it follows from it. Without the kept state it takes longer and finds the same.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.compute as pc

from warehouse.identity import registry
from warehouse.identity.assignment import Assignment, assign
from warehouse.identity.causes import causes
from warehouse.identity.persons import Deliveries, read_persons
from warehouse.identity.retained import RETAINED, retained_links, retained_persons
from warehouse.identity.state import load_state, save_state
from warehouse.identity.summary import summarise
from warehouse.store.erasures import erased_among
from warehouse.store.files import only_one, write_parquet
from warehouse.store.home import Home
from warehouse.store.keys import Keys, require_key
from warehouse.store.locks import vault_in_use
from warehouse.store.schemas import CROSSWALK

LOCK = "identity"
WIDE_RANGE_PERCENT = 5  # of the officers; further apart, the strict and the lenient count say that names are guesses
COUNTED = {"officers": "officer_key", "strict": "strict_key", "lenient": "lenient_key"}


class Kept(Protocol):
    """What a run leaves to the next: features of the persons and scored pairs."""

    @property
    def features(self) -> pa.Table:
        """One row per person; holds direct identifiers."""

    @property
    def pairs(self) -> pa.Table:
        """left, right (person_ref) and their score."""


class Resolved(Protocol):
    """Who is the same officer."""

    @property
    def persons(self) -> pa.Table:
        """person_ref, cluster, strict_cluster, lenient_cluster, method, probability_band; each person once."""

    @property
    def known(self) -> Kept:
        """To keep."""


@dataclass(frozen=True)
class Method:
    """How persons are told apart.

    Attributes:
        resolve: Of persons (schema PERSONS), what is known, and decisions, the partitions.
        known: Of kept features and pairs, what `resolve` takes.
        model: Fingerprint of all that decides features and scores; another one makes what was kept worthless.
    """

    resolve: Callable[[pa.Table, Any, pa.Table], Resolved]
    known: Callable[[pa.Table, pa.Table], Kept]
    model: str


def run_identify(
    home: Home, keys: Keys, deliveries: Deliveries, decisions: pa.Table, method: Method, now: dt.datetime
) -> dict[str, Any]:
    """Give every person of the deliveries that count an officer key.

    Args:
        home: Whose persons.
        keys: Open the vault and make new officer keys.
        deliveries: Partner and delivery id of each delivery that counts.
        decisions: left, right, verdict; those in force.
        method: Tells persons apart.
        now: The time that new keys, merges and splits are recorded with.

    Returns:
        `persons`, `officers`, `strict`, `lenient`, `new_keys`, `merged` (keys that ended), `split` (keys that lost
        persons to another), `uncertain_pairs`, and `warning`: a sentence, or None.

    Raises:
        KeyOfAnotherHome: The home was made with another key; nothing was changed.
        RegistryBroken: A file of the registry is missing or damaged.
        StateBroken: What the last run kept is damaged.
        SealBroken: A vault file is damaged.
        VaultBusy: The vault is being changed as a whole.
    """
    with only_one(home, LOCK), vault_in_use(home):
        if deliveries:
            require_key(home, keys)  # within the lock: the key may change while one waits
        entries = registry.read_entries(home)
        registry.require_given(home, history := registry.history(entries))
        persons = read_persons(home, keys, deliveries)
        links = retained_links(persons, history, decisions)
        resolution = _resolve(home, keys, persons, pa.concat_tables([decisions, links]), method)
        assignment = assign(history, resolution.persons.select(["person_ref", "cluster"]), registry.minting(keys))
        why = _causes(home, keys, entries, assignment, decisions, method.model)
        entries = registry.record(home, entries, assignment, why, method.model, now)
        crosswalk = _crosswalk(persons, resolution.persons, assignment, retained_persons(persons, links))
        write_parquet(home, home.crosswalk, crosswalk)
        summary = summarise(crosswalk, resolution.known.pairs, entries)
        write_parquet(home, home.identity_summary, summary)
    return _outcome(crosswalk, summary, assignment)


def _resolve(home: Home, keys: Keys, persons: pa.Table, decisions: pa.Table, method: Method) -> Resolved:
    """Resolve with what the last run kept, and keep what this one leaves."""
    kept = load_state(home, keys, method.model)
    known = method.known(*kept) if kept else None
    resolution = method.resolve(persons, known, decisions)
    left = resolution.known
    if known is None or not (left.features.equals(known.features) and left.pairs.equals(known.pairs)):
        save_state(home, keys, method.model, left.features, left.pairs)
    return resolution


def _causes(
    home: Home,
    keys: Keys,
    entries: list[registry.Entry],
    assignment: Assignment,
    decisions: pa.Table,
    model: str,
) -> pa.Array:
    changes = assignment.changes
    left = changes.filter(pc.equal(changes["event"], "left"))["person_ref"].to_pylist()
    model_changed = bool(entries) and entries[-1].model != model
    return causes(changes, assignment.keys, decisions, model_changed, erased_among(home, keys, left))


def _crosswalk(persons: pa.Table, resolved: pa.Table, assignment: Assignment, retained: pa.Array) -> pa.Table:
    """Return the crosswalk: persons, resolved and keys hold the same persons, each in the same order."""
    resolved = resolved.sort_by("person_ref")
    if not (persons["person_ref"].equals(resolved["person_ref"]) and len(assignment.keys) == len(persons)):
        raise AssertionError("resolution lost or invented persons")
    columns = {
        "person_ref": persons["person_ref"],
        "officer_key": assignment.keys["officer_key"],
        "strict_key": resolved["strict_cluster"],
        "lenient_key": resolved["lenient_cluster"],
        "method": pc.if_else(retained, RETAINED, resolved["method"]),
        "probability_band": pc.if_else(retained, None, resolved["probability_band"]),
        "partner_id": persons["partner_id"],
    }
    return pa.table({name: columns[name].combine_chunks() for name in CROSSWALK.names}).cast(CROSSWALK)


def _outcome(crosswalk: pa.Table, summary: pa.Table, assignment: Assignment) -> dict[str, Any]:
    counts = {name: len(pc.unique(crosswalk[key])) for name, key in COUNTED.items()}
    changes = assignment.changes
    split = changes.filter(pc.equal(changes["event"], "split"))["former_key"]
    uncertain = summary.filter(
        pc.and_(pc.equal(summary["measure"], "pairs_uncertain"), pc.is_null(summary["partner_id"]))
    )
    return {
        "persons": len(crosswalk),
        **counts,
        "new_keys": len(assignment.minted),
        "merged": len(assignment.ended),
        "split": len(pc.unique(split)),
        "uncertain_pairs": sum(uncertain["value"].to_pylist()),
        "warning": _warning(**counts),
    }


def _warning(officers: int, strict: int, lenient: int) -> str | None:
    """Return a sentence where strict and lenient threshold count officers too differently."""
    if (strict - lenient) * 100 <= WIDE_RANGE_PERCENT * officers:
        return None
    return (
        f"{officers} officers, but {strict} by the strict and {lenient} by the lenient threshold: "
        f"further apart than {WIDE_RANGE_PERCENT} in 100. Review uncertain pairs: sala identity review"
    )
