"""Who is the same officer: persons in, partitions of them out.

    persons --new or changed?--> features --score against all--> pairs --stirred groups--> groups at 3 thresholds

What is known from a former run is used, not made again: only new and changed persons are normalised and scored, only
groups they stir (`regrouping`) are formed anew. The result is that of resolving everything at once: features and scores
depend on the record, the other record and the model; groups on the pairs of their component, in the order of
`person_ref`.
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
from warehouse.identity.regrouping import regroup
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
_DECIDED = pa.field("decided", pa.bool_())  # a decision named this person
_WITHIN = pa.field("within", pa.bool_())  # the two are of one component: only then does the pair count
KEPT_FEATURES = pa.schema([*FEATURES, *list(PARTITION)[1:], _DECIDED])
KEPT_PAIRS = pa.schema([*PAIRS, _WITHIN])


@dataclass(frozen=True)
class Known:
    """What a former run left.

    Attributes:
        features: Features of persons already seen, with their groups (`KEPT_FEATURES`); holds direct identifiers.
        pairs: Their scored pairs (`KEPT_PAIRS`).
    """

    features: pa.Table
    pairs: pa.Table

    def helps(self, persons: int) -> bool:
        """False where all weights are others, in a crowd of another size, or an earlier version left it."""
        whole = self.features.schema.equals(KEPT_FEATURES) and self.pairs.schema.equals(KEPT_PAIRS)
        return whole and doublings(len(self.features)) == doublings(persons)


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
    persons = _ascending(persons.combine_chunks())
    if known and not known.helps(len(persons)):
        known = None
    table, is_new = _features(persons, record_hashes(persons, model.fingerprint), known, model)
    pairs, edges, lost = _pairs(table, is_new, known, model)
    decided = _decided(decisions, table["person_ref"])
    component, within = _within(len(table), edges, decided, model.thresholds.lenient)
    changed = is_new | lost | table["decided"].fill_null(False).to_numpy()
    changed[decided.rows] = True
    turned = pc.fill_null(pc.not_equal(pairs["within"], within), False).to_numpy()
    changed[edges.left[turned]] = changed[edges.right[turned]] = True
    pairs = pairs.set_column(len(PAIRS), _WITHIN, within)
    rows, found = _regrouped(table, component, edges.take(within), decided, changed, model)
    groups = _columns(table, rows, found, edges, pairs, decided)
    kept = table.select(FEATURES.names)
    for name in KEPT_FEATURES.names[len(FEATURES) :]:
        kept = kept.append_column(KEPT_FEATURES.field(name), groups[name])
    return Resolution(kept.select(PARTITION.names), Known(kept, pairs))


def _ascending(persons: pa.Table) -> pa.Table:
    """Return persons ascending by person_ref; most come so, and to sort a million texts takes a second."""
    refs = persons["person_ref"]
    rises = pc.all(pc.less(refs.slice(0, max(len(refs) - 1, 0)), refs.slice(1))).as_py()
    return persons if rises else persons.sort_by("person_ref").combine_chunks()


def _features(
    persons: pa.Table, hashes: pa.Array, known: Known | None, model: Model
) -> tuple[pa.Table, NDArray[np.bool_]]:
    """Return features of all persons, known ones as they were, and which rows are new or changed."""
    if known is None:
        return _ungrouped(features(persons, hashes, model.frequencies)), np.ones(len(persons), bool)
    place = pc.index_in(hashes, value_set=known.features["record_hash"].combine_chunks()).fill_null(-1).to_numpy()
    is_new = place < 0
    which = pa.array(is_new)
    made = _ungrouped(features(persons.filter(which), hashes.filter(which), model.frequencies))
    place = place.astype(np.int64)
    place[is_new] = len(known.features) + np.arange(len(made))
    return _taken(pa.concat_tables([known.features, made]), place), is_new


def _taken(table: pa.Table, place: Rows) -> pa.Table:
    """Return rows of a table: what stands together is copied together, far faster than row by row."""
    starts = np.flatnonzero(np.diff(place, prepend=-9) != 1)
    if len(starts) * 100 >= len(place):  # also of nothing
        return table.combine_chunks().take(pa.array(place))
    ends = [*starts[1:], len(place)]
    runs = [table.slice(place[start], end - start) for start, end in zip(starts, ends, strict=True)]
    return pa.concat_tables(runs).combine_chunks()


def _ungrouped(made: pa.Table) -> pa.Table:
    for field in list(KEPT_FEATURES)[len(FEATURES) :]:
        made = made.append_column(field, pa.nulls(len(made), field.type))
    return made


def _pairs(
    table: pa.Table, is_new: NDArray[np.bool_], known: Known | None, model: Model
) -> tuple[pa.Table, Edges, NDArray[np.bool_]]:
    """Return all pairs, the same as rows, and which unchanged rows lost a pair with a person who is gone or changed."""
    made = score(table.select(FEATURES.names), pa.array(is_new), model) if is_new.any() else PAIRS.empty_table()
    made = made.append_column(_WITHIN, pa.nulls(len(made), pa.bool_()))
    lost = np.zeros(len(table), bool)
    both = pa.concat_tables([known.pairs, made]) if known else made
    sides = _rows(both, table["person_ref"].combine_chunks())
    fresh = np.arange(len(both)) >= len(both) - len(made)
    stays = [fresh | ((side >= 0) & ~is_new[side]) for side in sides]
    for side, own, other in zip(sides, stays, reversed(stays), strict=True):
        lost[side[own & ~other]] = True
    place = np.flatnonzero(stays[0] & stays[1])
    left, right = (side[place] for side in sides)
    order = np.argsort(left * len(table) + right, kind="stable")  # nearly in order: fast, where sorting texts is not
    pairs = _taken(both, place[order])
    return pairs, _edges(pairs, left[order], right[order]), lost


def _rows(pairs: pa.Table, refs: pa.Array) -> tuple[Rows, Rows]:
    """Return both sides of pairs as rows; -1 for a person who is gone."""
    sides = pa.chunked_array([*pairs["left"].chunks, *pairs["right"].chunks], TEXT)
    rows = pc.index_in(sides, value_set=refs).fill_null(-1).to_numpy().astype(np.int64)
    return rows[: len(pairs)], rows[len(pairs) :]


def _edges(pairs: pa.Table, left: Rows, right: Rows) -> Edges:
    linked, weight = pc.is_valid(pairs["link"]).to_numpy(), pairs["match_weight"].to_numpy()
    return Edges(left, right, np.where(linked, np.maximum(weight, LINKED), weight))


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


def _within(count: int, edges: Edges, decided: Decided, lenient: float) -> tuple[Rows, pa.Array]:
    """Return each row's component, and which pairs are within one: by strong pairs, links and decisions."""
    same = np.array(decided.same, np.int64).reshape(-1, 2)
    joining = edges.weight >= lenient
    component = components(
        count,
        np.concatenate([edges.left[joining], same[:, 0]]),
        np.concatenate([edges.right[joining], same[:, 1]]),
    )
    return component, pa.array(component[edges.left] == component[edges.right])


def _regrouped(
    table: pa.Table, component: Rows, edges: Edges, decided: Decided, changed: NDArray[np.bool_], model: Model
) -> tuple[Rows, NDArray[np.int64]]:
    """Return the rows that are grouped anew, and their groups at the three thresholds."""
    limits = model.thresholds

    def form(rows: Rows, among: Edges) -> NDArray[np.int64]:
        records = Records(table, np.unique(np.concatenate([among.left, among.right, decided.rows])))
        return partition(
            rows,
            component,
            among,
            decided,
            lambda one, other: contradiction(records[one], records[other]) is not None,
            (limits.strict, limits.published, limits.lenient),
        )

    return regroup(changed, _numbered(table["lenient_cluster"]), edges, form)


def _numbered(groups: pa.ChunkedArray) -> Rows:
    """Return a number for each group; rows without one are groups of their own."""
    encoded = groups.combine_chunks().dictionary_encode()
    numbers: Rows = encoded.indices.fill_null(-1).to_numpy().astype(np.int64)
    alone = numbers < 0
    numbers[alone] = len(encoded.dictionary) + np.arange(alone.sum())
    return numbers


def _columns(
    table: pa.Table, rows: Rows, found: NDArray[np.int64], edges: Edges, pairs: pa.Table, decided: Decided
) -> dict[str, pa.Array]:
    """Return the columns of the partition, by name: as they were in all but these rows."""
    refs = table["person_ref"].combine_chunks()
    renewed, named = np.zeros(len(table), bool), np.zeros(len(table), bool)
    renewed[rows], named[decided.rows] = True, True
    own = renewed[edges.left] & renewed[edges.right] & pairs["within"].to_numpy()
    edges, pairs = edges.take(own), pairs.filter(pa.array(own))
    columns = {"decided": pa.array(named)}
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
    fresh = pa.array(renewed)
    return {name: pc.if_else(fresh, column, table[name]) for name, column in columns.items()}
