"""Who is the same officer: persons in, partitions of them out.

    persons --new or changed?--> features --score against all--> pairs --touched components--> groups at 3 thresholds

What is known from a former run is used, not made again: only new and changed persons are normalised and scored, only
components they touch are grouped anew. The result is that of resolving everything at once: features and scores depend
on the record, the other record and the model; groups on the pairs of their component, in the order of `person_ref`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from warehouse.identity.clustering import Decided, Edges, Rows, components, partition
from warehouse.identity.crowd import doublings
from warehouse.identity.explanation import explain
from warehouse.identity.features import FEATURES, features
from warehouse.identity.guards import Records, contradiction
from warehouse.identity.hashing import record_hashes
from warehouse.identity.model import Model, load_model
from warehouse.identity.scoring import PAIRS, score

SAME = "same"
LINKED = 40.0  # bits: a deterministic link comes before every score
TEXT = pa.string()
PARTITION = pa.schema(
    [
        pa.field("person_ref", TEXT),
        pa.field("cluster", TEXT),  # the smallest person_ref of the group; so below
        pa.field("strict_cluster", TEXT),
        pa.field("lenient_cluster", TEXT),
        pa.field("method", TEXT),  # alone | decision | a deterministic rule | model
        pa.field("probability_band", TEXT),  # certain | high | medium | low; null when alone
    ]
)
_DECIDED = pa.field("decided", pa.bool_())  # a decision had a say in this person's component
KEPT_FEATURES = pa.schema([*FEATURES, *list(PARTITION)[1:], _DECIDED])


@dataclass(frozen=True)
class Known:
    """What a former run left.

    Attributes:
        features: Features of persons already seen, with their groups; holds direct identifiers.
        pairs: Their scored pairs (`scoring.PAIRS`).
    """

    features: pa.Table
    pairs: pa.Table


@dataclass(frozen=True)
class Resolution:
    """Who is the same officer.

    Attributes:
        persons: One row per person, ascending by person_ref (`PARTITION`).
        known: To keep for the next run.
    """

    persons: pa.Table
    known: Known


def resolve(
    persons: pa.Table, known: Known | None = None, decisions: pa.Table | None = None, model: Model | None = None
) -> Resolution:
    """Return who is the same officer.

    Args:
        persons: All persons there are, rows of `store.schemas.PERSONS`; each person_ref once.
        known: What a former run left, of any of these persons and of others.
        decisions: left, right, verdict ("same" or "not same"); they win over model and guards.
        model: Another model than the committed one.
    """
    model = model or load_model()
    persons = persons.sort_by("person_ref").combine_chunks()
    hashes = record_hashes(persons, model.fingerprint)
    table, is_new = _features(persons, hashes, known.features if known else None, model)
    if known and doublings(len(known.features)) != doublings(len(persons)):  # all weights are others
        known, is_new = None, np.ones(len(table), bool)
    pairs, lost = _pairs(table, is_new, known, model)
    decided = _decided(decisions, table["person_ref"])
    groups = _groups(table, pairs, decided, is_new | lost, model)
    kept = table.select(FEATURES.names)
    for name in KEPT_FEATURES.names[len(FEATURES) :]:
        kept = kept.append_column(KEPT_FEATURES.field(name), groups[name])
    return Resolution(kept.select(PARTITION.names), Known(kept, pairs))


def _features(
    persons: pa.Table, hashes: pa.Array, known: pa.Table | None, model: Model
) -> tuple[pa.Table, NDArray[np.bool_]]:
    """Return features of all persons, known ones as they were, and which rows are new or changed."""
    if known is None or not len(known):
        made = features(persons, hashes, model.frequencies)
        return _ungrouped(made), np.ones(len(persons), bool)
    place = pc.index_in(hashes, value_set=known["record_hash"].combine_chunks())
    is_new = pc.is_null(place).to_numpy(zero_copy_only=False)
    made = features(persons.filter(pa.array(is_new)), hashes.filter(pa.array(is_new)), model.frequencies)
    both = pa.concat_tables([known.take(place.drop_null()), _ungrouped(made)])
    order = np.argsort(np.concatenate([np.flatnonzero(~is_new), np.flatnonzero(is_new)]), kind="stable")
    return both.take(pa.array(order)).combine_chunks(), is_new


def _ungrouped(made: pa.Table) -> pa.Table:
    for field in list(KEPT_FEATURES)[len(FEATURES) :]:
        made = made.append_column(field, pa.nulls(len(made), field.type))
    return made


def _pairs(
    table: pa.Table, is_new: NDArray[np.bool_], known: Known | None, model: Model
) -> tuple[pa.Table, NDArray[np.bool_]]:
    """Return all pairs, and which unchanged rows lost a pair with a person who is gone or changed."""
    lost = np.zeros(len(table), bool)
    made = score(table.select(FEATURES.names), pa.array(is_new), model) if is_new.any() else PAIRS.empty_table()
    if known is None or not len(known.pairs):
        return made, lost
    refs = table["person_ref"].combine_chunks()
    unchanged = refs.filter(pa.array(~is_new))
    ends = [pc.is_in(known.pairs[side], value_set=unchanged) for side in ("left", "right")]
    for side, own, other in (("left", *ends), ("right", *reversed(ends))):
        widowed = known.pairs[side].filter(pc.and_(own, pc.invert(other)))
        lost[pc.index_in(widowed, value_set=refs).to_numpy()] = True
    kept = known.pairs.filter(pc.and_(*ends))
    both = pa.concat_tables([kept, made]) if len(made) else kept
    return (both.sort_by([("left", "ascending"), ("right", "ascending")]) if len(made) else both), lost


def _decided(decisions: pa.Table | None, refs: pa.ChunkedArray) -> Decided:
    """Return the decisions about persons that are there, as rows."""
    if decisions is None or not len(decisions):
        return Decided()
    value_set = refs.combine_chunks()
    left, right = (pc.index_in(decisions[side], value_set=value_set).to_pylist() for side in ("left", "right"))
    told = [
        ((min(a, b), max(a, b)), verdict)
        for a, b, verdict in zip(left, right, decisions["verdict"].to_pylist(), strict=True)
        if a is not None and b is not None
    ]
    same = tuple(sorted({pair for pair, verdict in told if verdict == SAME}))
    return Decided(same, frozenset(pair for pair, verdict in told if verdict != SAME))


def _groups(
    table: pa.Table, pairs: pa.Table, decided: Decided, changed: NDArray[np.bool_], model: Model
) -> dict[str, pa.Array]:
    """Return the columns of the partition, by name: as they were where nothing has changed."""
    refs = table["person_ref"].combine_chunks()
    edges, linked = _edges(pairs, refs)
    limits = model.thresholds
    joining = (edges.weight >= limits.lenient) | linked
    same = np.array(decided.same, np.int64).reshape(-1, 2)
    component = components(
        len(table),
        np.concatenate([edges.left[joining], same[:, 0]]),
        np.concatenate([edges.right[joining], same[:, 1]]),
    )
    was_decided = table["decided"].fill_null(False).to_numpy()
    changed = changed | was_decided
    changed[decided.rows] = True
    touched = np.zeros(len(table), bool)
    touched[component[changed]] = True
    rows = np.flatnonzero(touched[component]).astype(np.int64)
    within = (component[edges.left] == component[edges.right]) & touched[component[edges.left]]
    own, own_links = edges.take(within), linked[within]
    weight = np.where(own_links, np.maximum(own.weight, LINKED), own.weight)
    records = Records(table, rows)
    found = partition(
        rows,
        component,
        Edges(own.left, own.right, weight),
        decided,
        lambda one, other: contradiction(records[one], records[other]) is not None,
        (limits.strict, limits.published, limits.lenient),
    )
    has_say = np.zeros(len(table), bool)
    has_say[component[decided.rows]] = True
    return _columns(table, rows, found, own, pairs.filter(pa.array(within)), decided, has_say[component])


def _edges(pairs: pa.Table, refs: pa.Array) -> tuple[Edges, NDArray[np.bool_]]:
    """Return pairs as pairs of rows, and which of them a deterministic rule links."""
    left, right = (pc.index_in(pairs[side], value_set=refs).to_numpy().astype(np.int64) for side in ("left", "right"))
    linked = pc.is_valid(pairs["link"]).to_numpy()
    return Edges(left, right, pairs["match_weight"].to_numpy()), linked


def _columns(
    table: pa.Table,
    rows: Rows,
    found: NDArray[np.int64],
    edges: Edges,
    pairs: pa.Table,
    decided: Decided,
    has_say: NDArray[np.bool_],
) -> dict[str, pa.Array]:
    refs = table["person_ref"].combine_chunks()
    renewed = np.zeros(len(table), bool)
    renewed[rows] = True
    columns = {}
    for line, name in enumerate(("strict_cluster", "cluster", "lenient_cluster")):
        group = np.arange(len(table))
        group[rows] = found[line]
        columns[name] = refs.take(pa.array(group))
        if name == "cluster":
            method, band = explain(
                group,
                edges.left,
                edges.right,
                pairs["probability"].to_numpy(),
                pairs["link"].combine_chunks(),
                decided.same,
            )
            columns |= {"method": method, "probability_band": band}
    columns["decided"] = pa.array(has_say)
    fresh = pa.array(renewed)
    return {name: pc.if_else(fresh, column, table[name]) for name, column in columns.items()}
